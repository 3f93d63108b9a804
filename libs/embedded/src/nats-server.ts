import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accounts, quoted, watchDeviceUsers, type DeviceAccount } from './device-account.ts';
import { EmbeddedServerError } from './embedded-server-error.ts';
import { findNatsServer } from './find-nats-server.ts';
import { startGuarded } from './guarded-process.ts';

export interface NatsServerOptions {
  /** Address to listen on; 127.0.0.1 without it. */
  host?: string;
  port: number;
  /** The MQTT listener is on only with a port for it. */
  mqttPort?: number;
  /** Holds the configuration and what JetStream stores; made if it does not exist. */
  storeDirectory: string;
  /** Who may connect; everybody, where none are given. */
  users?: readonly NatsUser[];
  /** Devices log in over MQTT, with an account of their own; `users` then have another, and neither sees the other's subjects. */
  devices?: DeviceAccount;
  /** The one of `users` that connections without credentials act as. */
  noAuthUser?: string;
  /** Milliseconds to wait until the server is ready. */
  readyWithin?: number;
  onLog?(line: string): void;
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
  /** Resolves when the server has ended, for whatever reason. */
  ended: Promise<{ code: number | null }>;
  stop(): Promise<void>;
}

/**
 * Starts a nats-server with JetStream that ends with this process.
 *
 * @throws {EmbeddedServerError} `NATS_SERVER_NOT_FOUND`, or `NATS_SERVER_FAILED` with what the server said
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { port, mqttPort, host = '127.0.0.1', readyWithin = 15_000, onLog } = options;
  const storeDirectory = resolve(options.storeDirectory);
  const pidFile = join(storeDirectory, 'nats-server.pid');
  const configFile = join(storeDirectory, 'nats-server.conf');
  const binary = findNatsServer();
  mkdirSync(storeDirectory, { recursive: true });
  writeFileSync(configFile, configuration({ ...options, host, storeDirectory }, pidFile), { mode: 0o600 });

  const ready = Promise.withResolvers<boolean>();
  const server = startGuarded(binary, ['-c', configFile], {
    onLog(line) {
      if (line.includes('Server is ready')) ready.resolve(true);
      onLog?.(line);
    },
  });
  const tooLate = setTimeout(() => ready.resolve(false), readyWithin);
  server.ended.then(() => ready.resolve(false), ready.reject);
  const isReady = await ready.promise.finally(() => clearTimeout(tooLate));
  if (!isReady) {
    await server.stop();
    throw new EmbeddedServerError(
      'NATS_SERVER_FAILED',
      `nats-server did not start on ${host}:${port}. It said:\n${server.lastLines.slice(-5).join('\n')}`,
    );
  }
  const pid = Number(readFileSync(pidFile, 'utf8'));
  // Its users are read again: new ones may come, and those whose login is gone are disconnected.
  const watch =
    options.devices && watchDeviceUsers(options.devices.usersFile, () => process.kill(pid, 'SIGHUP'));
  void server.ended.finally(() => watch?.close());
  return {
    url: `nats://${host}:${port}`,
    mqttUrl: mqttPort ? `mqtt://${host}:${mqttPort}` : undefined,
    pid,
    ended: server.ended,
    stop: () => server.stop(),
  };
}

function configuration(options: NatsServerOptions, pidFile: string): string {
  const { host, port, mqttPort, storeDirectory, users, noAuthUser, devices } = options;
  const own = users && `users: [\n  ${users.map(login).join('\n  ')}\n]`;
  return [
    // MQTT sessions are kept under the server's name, so it must stay.
    `server_name: ${quoted(`metermesh-${port}`)}`,
    `listen: ${quoted(`${host}:${port}`)}`,
    `pid_file: ${quoted(pidFile)}`,
    `max_payload: 8MB`,
    `jetstream: { store_dir: ${quoted(storeDirectory)} }`,
    ...(mqttPort ? [`mqtt: { listen: ${quoted(`${host}:${mqttPort}`)} }`] : []),
    ...(devices ? [accounts(own ?? '', devices, storeDirectory)] : own ? [`authorization: { ${own} }`] : []),
    ...(noAuthUser ? [`no_auth_user: ${quoted(noAuthUser)}`] : []),
    '',
  ].join('\n');
}

function login({ user, password, publish = ['>'], subscribe = ['>'] }: NatsUser): string {
  return (
    `{ user: ${quoted(user)}, password: ${quoted(password)}, allowed_connection_types: [STANDARD, WEBSOCKET], ` +
    `permissions: { publish: ${quoted(publish)}, subscribe: ${quoted(subscribe)} } }`
  );
}
