import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EmbeddedServerError } from './embedded-server-error.ts';

// Debian installs servers to /usr/sbin, which is not on every user's PATH.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

/**
 * Path of the nats-server binary: from PATH, else installed from the distribution's packages where we are root on
 * Debian or Ubuntu.
 *
 * @throws {EmbeddedServerError} `NATS_SERVER_NOT_FOUND` with what to do
 */
export function findNatsServer(): string {
  const found = onPath() ?? (installFromDistribution() ? onPath() : undefined);
  if (found) return found;
  throw new EmbeddedServerError(
    'NATS_SERVER_NOT_FOUND',
    'There is no nats-server on the PATH. Install it (`apt-get install nats-server`, `brew install nats-server`, ' +
      'or a release from https://github.com/nats-io/nats-server/releases), or set NATS_URL to a server with JetStream that is already running.',
  );
}

function onPath(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, 'nats-server')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The package may start a service of its own on port 4222: we neither use nor disturb it. */
function installFromDistribution(): boolean {
  if (process.getuid?.() !== 0) return false;
  const aptGet = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const install = () => aptGet('install', '-y', '--no-install-recommends', 'nats-server');
  return install() || (aptGet('update') && install());
}
