import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, lstat, mkdir, realpath, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedServerError } from './embedded-server-error.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { canEnter, unprivilegedUser, type SystemUser } from './system-user.ts';

export interface PostgresServerOptions {
  /** Made, and filled by initdb, where it does not exist. */
  dataDirectory: string;
  /** Port on 127.0.0.1. */
  port: number;
  /** The superuser's name and password; they are those of the first start of the data directory. */
  user?: string;
  password: string;
  /** Server settings, e.g. `{ max_connections: 200 }`. */
  settings?: Record<string, string | number>;
  /** For tests: the data directory goes when the server stops. */
  removeAfterwards?: boolean;
  onLog?(line: string): void;
}

export interface PostgresServer {
  /** Connects as superuser to the database `postgres`. */
  readonly url: string;
  /** Where the data really lies. */
  readonly dataDirectory: string;
  /** Resolves when the server has ended, by itself or stopped. */
  readonly ended: Promise<{ code: number | null }>;
  /** Ends sessions, finishes the write-ahead log and waits for the end. */
  stop(): Promise<void>;
}

/** How long a server may take until it answers, recovery after a crash included. */
const readyWithinMilliseconds = 60_000;

/**
 * Runs the embedded Postgres as a process of its own, never as root, until stopped or until this process ends.
 *
 * @throws {EmbeddedServerError} POSTGRES_NOT_EMBEDDED, POSTGRES_INITDB_FAILED, POSTGRES_PASSWORD_WRONG, PORT_TAKEN,
 *   POSTGRES_NOT_STARTED
 */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const { port, password, user = 'postgres', settings = {} } = options;
  const systemUser = unprivilegedUser();
  const binaries = await postgresBinaries(systemUser);
  const dataDirectory = await placeOfData(resolve(options.dataDirectory), systemUser);
  if (!existsSync(join(dataDirectory, 'PG_VERSION'))) {
    await initialise(dataDirectory, binaries, systemUser, {
      user,
      password,
      sync: !options.removeAfterwards,
    });
  }

  const saidReady = Promise.withResolvers<void>();
  const server = startGuarded(
    binaries.postgres,
    ['-D', dataDirectory, ...assignments({ ...defaultSettings, port, ...settings })],
    {
      user: await ownerOf(dataDirectory, systemUser),
      env: plainLocale,
      stopSignal: 'INT',
      ...(options.removeAfterwards && { removeAfterwards: dataDirectory }),
      onLog(line) {
        if (line.endsWith('database system is ready to accept connections')) saidReady.resolve();
        options.onLog?.(line);
      },
    },
  );
  const url = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  try {
    await untilReady(url, server, saidReady.promise);
    server.unref();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, dataDirectory, ended: server.ended, stop: () => server.stop() };
}

/** Removes a data directory of a stopped server, wherever its data really lies. */
export async function removePostgresData(dataDirectory: string): Promise<void> {
  const place = await realpath(dataDirectory).catch(() => undefined);
  if (place) await rm(place, { recursive: true });
  await rm(dataDirectory, { recursive: true, force: true });
}

const plainLocale = { LC_ALL: 'C' };

const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

function assignments(settings: Record<string, string | number>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * The wanted folder, unless the server's user cannot get there (a clone in /root): then a folder below /var/lib to which
 * the wanted one becomes a link. Without that link the folder is from a life before, and begins empty.
 */
async function placeOfData(wanted: string, user: SystemUser | undefined): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true });
  if (existsSync(join(wanted, 'PG_VERSION'))) return realpath(wanted);
  if (canEnter(user, dirname(wanted))) return wanted;

  const fingerprint = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const place = join('/var/lib/metermesh', `${basename(wanted)}-${fingerprint}`);
  await rm(place, { recursive: true, force: true });
  await mkdir(dirname(place), { recursive: true });
  if (existsSync(wanted)) await rmdir(wanted);
  else await rm(wanted, { force: true });
  await symlink(place, wanted);
  return place;
}

/** A data directory belongs to whom it was made for, even if another user would be chosen today. */
async function ownerOf(dataDirectory: string, user: SystemUser | undefined): Promise<SystemUser | undefined> {
  if (!user) return undefined;
  const { uid, gid } = await lstat(dataDirectory);
  return { uid, gid };
}

/** Fills a folder beside the final one first: one that exists is complete. */
async function initialise(
  dataDirectory: string,
  { initdb }: PostgresBinaries,
  systemUser: SystemUser | undefined,
  { user, password, sync }: { user: string; password: string; sync: boolean },
): Promise<void> {
  const unfinished = `${dataDirectory}.unfinished`;
  const passwordFile = `${dataDirectory}.password-${randomUUID()}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (systemUser) {
      await chown(unfinished, systemUser.uid, systemUser.gid);
      await chown(passwordFile, systemUser.uid, systemUser.gid);
    }
    const run = startGuarded(
      initdb,
      [
        ...['--pgdata', unfinished, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...[
          '--encoding',
          'UTF8',
          '--locale-provider',
          'builtin',
          '--builtin-locale',
          'C.UTF-8',
          '--no-locale',
        ],
        ...['--no-instructions', ...(sync ? [] : ['--no-sync'])],
      ],
      { user: systemUser, env: plainLocale, removeAfterwards: passwordFile },
    );
    const { code } = await run.ended;
    if (code !== 0) {
      throw new EmbeddedServerError(
        'POSTGRES_INITDB_FAILED',
        `Postgres could not make its data directory ${dataDirectory}: ${run.lastLines.join('\n')}`,
      );
    }
    await rename(unfinished, dataDirectory);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function untilReady(url: string, server: GuardedProcess, saidReady: Promise<void>): Promise<void> {
  const lateness = sleep(readyWithinMilliseconds, 'late', { ref: false });
  const outcome = await Promise.race([saidReady, server.ended, lateness]);
  if (outcome !== undefined) throw notStarted(server, new URL(url).port);
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
  } catch (cause) {
    throw new EmbeddedServerError(
      'POSTGRES_PASSWORD_WRONG',
      'Postgres refuses the given password; use the one that its data directory was made with, or begin with an empty directory.',
      { cause },
    );
  } finally {
    await client.end();
  }
}

function notStarted(server: GuardedProcess, port: string): EmbeddedServerError {
  const log = server.lastLines.join('\n');
  return /Address already in use/.test(log)
    ? new EmbeddedServerError('PORT_TAKEN', `Port ${port}, wanted for Postgres, is taken; choose another.`)
    : new EmbeddedServerError('POSTGRES_NOT_STARTED', `Postgres did not start. Its last words:\n${log}`);
}
