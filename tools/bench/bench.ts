import { readdir } from 'node:fs/promises';

/** A benchmark is a file of this folder with these two exports; it prints what it finds. */
interface Benchmark {
  name: string;
  run(): Promise<void>;
}

/** Runs the benchmarks named on the command line, or all. */
async function main(wanted: readonly string[]): Promise<void> {
  const benchmarks = await findBenchmarks();
  const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    const known = benchmarks.map(({ name }) => name).join(', ');
    console.error(`No benchmark is called ${unknown.join(' or ')}; there are: ${known}.`);
    process.exitCode = 1;
    return;
  }
  for (const benchmark of benchmarks) {
    if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
    console.log(`\n${benchmark.name}`);
    await benchmark.run();
  }
}

async function findBenchmarks(): Promise<Benchmark[]> {
  const files = (await readdir(import.meta.dirname)).filter((file) =>
    /^(?!bench\.).*(?<!\.test)\.(ts|js)$/.test(file),
  );
  const modules = await Promise.all(
    files.sort().map((file) => import(`./${file}`) as Promise<Partial<Benchmark>>),
  );
  return modules.filter((module): module is Benchmark => Boolean(module.name && module.run));
}

await main(process.argv.slice(2));
