import { connect, type NatsConnection } from '@nats-io/transport-node';
import { silentLog, type Log } from './log.ts';
import { backOff, pause } from './pause.ts';

export interface NatsSettings {
  /** `nats://host:port`, several separated by commas; credentials may stand in it, `nats://user:password@host:port`. */
  servers: string;
  /** Shown by the server beside the connection: the service's name. */
  name: string;
  log?: Log;
  /** Gives up waiting for the first connection. */
  signal?: AbortSignal;
}

/** Connects, waiting for a server as long as it takes, and stays connected: a lost connection is tried again for ever. */
export async function connectNats({
  servers,
  name,
  log = silentLog,
  signal,
}: NatsSettings): Promise<NatsConnection> {
  const { hosts, ...credentials } = readServers(servers);
  for (let attempt = 1; ; attempt++) {
    try {
      const connection = await connect({
        servers: hosts,
        ...credentials,
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        pingInterval: 10_000,
      });
      void reportStatus(connection, log);
      return connection;
    } catch (error) {
      if (signal?.aborted) throw error;
      log.warn({ err: error, servers: hosts }, 'NATS does not answer yet; is NATS_URL right?');
      await pause(Math.min(backOff(attempt), 5_000), signal);
      signal?.throwIfAborted();
    }
  }
}

/** The client takes credentials beside the hosts, and they must be in no log line. */
function readServers(servers: string): { hosts: string[]; user?: string; pass?: string; token?: string } {
  const urls = servers
    .split(',')
    .map((server) => new URL(server.includes('://') ? server.trim() : `nats://${server.trim()}`));
  const [user, pass] = [urls[0]!.username, urls[0]!.password].map(decodeURIComponent);
  const hosts = urls.map((url) => `${url.protocol}//${url.host}`);
  if (!user) return { hosts };
  return pass ? { hosts, user, pass } : { hosts, token: user };
}

async function reportStatus(connection: NatsConnection, log: Log): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn({ server: status.server }, 'NATS connection lost');
    if (status.type === 'reconnect') log.info({ server: status.server }, 'NATS connection is back');
    if (status.type === 'error') log.error({ err: status.error }, 'NATS reports an error');
  }
}
