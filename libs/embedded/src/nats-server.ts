import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findNatsServer } from './find-nats-server.ts';

export interface NatsServerOptions {
  /** Address to listen on; 127.0.0.1 without it. */
  host?: string;
  port: number;
  /** The MQTT listener is on only with a port for it. */
  mqttPort?: number;
  /** Holds the configuration, the log and what JetStream stores; made if it does not exist. */
  storeDirectory: string;
  users?: readonly NatsUser[];
  /** User that MQTT and NATS connections without credentials act as; one of `users`. */
  noAuthUser?: string;
  /** Milliseconds to wait until the server answers. */
  readyWithin?: number;
}

/** Permissions are subject patterns; none means everything. */
export interface NatsUser {
  user: string;
  password: string;
  publish?: readonly string[];
  subscribe?: readonly string[];
}

export interface NatsServer {
  url: string;
  mqttUrl?: string;
  /** Process id of nats-server itself. */
  pid: number;
  /** Resolves with the exit code when the server has ended, for whatever reason. */
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

/**
 * Our standard input closes when the parent dies, however it dies: so the server ends with the process that started
 * it. It runs in a session of its own, as Ctrl-C must reach the services before the server they still need.
 */
const SUPERVISE = `
exec 3<&0
"$0" -c "$1" 3<&- </dev/null &
server=$!
{ cat <&3 >/dev/null; kill "$server"; } 2>/dev/null &
wait "$server"`;

/**
 * Starts a nats-server with JetStream that ends with this process.
 *
 * @throws {Error} when there is no nats-server, a port is taken, or it does not answer in time
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { port, mqttPort, storeDirectory, host = '127.0.0.1', readyWithin = 15_000 } = options;
  const binary = findNatsServer();
  mkdirSync(storeDirectory, { recursive: true });
  const configFile = join(storeDirectory, 'nats.conf');
  const log = logFile(storeDirectory);
  writeFileSync(configFile, configuration(options), { mode: 0o600 });
  rmSync(log, { force: true });

  const child = spawn('sh', ['-c', SUPERVISE, binary, configFile], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  let complaint = '';
  child.stderr!.on('data', (chunk) => (complaint = (complaint + chunk).slice(-2000)));
  const exited = once(child, 'exit').then(([code]) => code as number | null);

  if (!(await isReady(log, child, readyWithin))) {
    await stop(child, exited);
    throw new Error(
      `NATS_SERVER_FAILED: nats-server did not start on port ${port}: ${complaint || readLog(log).trim().split('\n').slice(-5).join('\n')}`,
    );
  }
  return {
    url: `nats://${host}:${port}`,
    mqttUrl: mqttPort ? `mqtt://${host}:${mqttPort}` : undefined,
    pid: Number(readFileSync(join(storeDirectory, 'nats.pid'), 'utf8')),
    exited,
    stop: () => stop(child, exited),
  };
}

function configuration(options: NatsServerOptions): string {
  const { host = '127.0.0.1', port, mqttPort, storeDirectory, users, noAuthUser } = options;
  const quoted = JSON.stringify;
  const permissions = ({ publish, subscribe }: NatsUser) =>
    publish || subscribe
      ? `, permissions: { publish: ${quoted(publish ?? ['>'])}, subscribe: ${quoted(subscribe ?? ['>'])} }`
      : '';
  return [
    `server_name: ${quoted(`metermesh-${port}`)}`,
    `listen: ${quoted(`${host}:${port}`)}`,
    `pid_file: ${quoted(join(storeDirectory, 'nats.pid'))}`,
    `log_file: ${quoted(logFile(storeDirectory))}`,
    `max_payload: 8MB`,
    `jetstream: { store_dir: ${quoted(storeDirectory)} }`,
    ...(mqttPort ? [`mqtt: { listen: ${quoted(`${host}:${mqttPort}`)} }`] : []),
    ...(users
      ? [
          'authorization: { users: [',
          ...users.map(
            (user) =>
              `  { user: ${quoted(user.user)}, password: ${quoted(user.password)}${permissions(user)} }`,
          ),
          '] }',
        ]
      : []),
    ...(noAuthUser ? [`no_auth_user: ${quoted(noAuthUser)}`] : []),
    '',
  ].join('\n');
}

const logFile = (storeDirectory: string) => join(storeDirectory, 'nats.log');

async function isReady(log: string, child: ChildProcess, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if (readLog(log).includes('Server is ready')) return true;
    await delay(20);
  }
  return false;
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.stdin!.end();
  await exited;
}

function readLog(log: string): string {
  try {
    return readFileSync(log, 'utf8');
  } catch {
    return '';
  }
}
