import { parseArgs } from 'node:util';
import { build } from '../build.ts';
import { openDemo } from '../demo/demo.ts';
import { forget, hasData, startMesh, type Mesh } from './mesh.ts';
import { Progress } from './progress.ts';
import { readSettings } from './settings.ts';
import { writeSummary } from './summary.ts';

const usage = `npm start [-- options]
  --reset     forget all data and begin afresh
  --no-demo   start empty: no demo neighbourhood, no simulated meters
Ports and servers are moved by settings: see .env.example.`;

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: { reset: { type: 'boolean' }, 'no-demo': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(usage);

  const progress = new Progress();
  const settings = readSettings();
  progress.report('building');
  build();
  if (options.reset) await forget(settings);
  progress.report(
    hasData(settings) ? 'opening the data of the last start' : 'beginning with an empty data directory',
  );

  const mesh = await startMesh(settings, progress.report);
  const stopping = stopOnSignal(mesh);
  try {
    await mesh.ready();
    const demo = options['no-demo'] || !mesh.oidc ? undefined : await openDemo(mesh, progress.report);
    stopping.first.push(async () => demo?.stop());
    await writeSummary(mesh, demo, progress.seconds());
  } catch (error) {
    // What is stopped while it is being seeded fails, and is on its way out already.
    if (stopping.begun) return;
    await mesh.stop();
    throw error;
  }
}

/** The first Ctrl-C stops everything in order: what feeds the mesh `first`, then the mesh. */
function stopOnSignal(mesh: Mesh): { begun: boolean; first: (() => Promise<void>)[] } {
  const stopping = { begun: false, first: [] as (() => Promise<void>)[] };
  const stop = async () => {
    if (stopping.begun) return;
    stopping.begun = true;
    console.log('\nstopping; all data stays where it is');
    for (const close of stopping.first) await close();
    await mesh.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().catch(fail));
  return stopping;
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

await main().catch(fail);
