import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Compiles what changed. @throws with what the compiler said */
export function build(): void {
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['nx', 'run-many', '-t', 'build', '--outputStyle=static'],
    {
      cwd: fileURLToPath(new URL('../', import.meta.url)),
      env: { ...process.env, NX_DAEMON: 'false' },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`);
}
