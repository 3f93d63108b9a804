import { connect, type NatsConnection } from '@nats-io/transport-node';
import { silentLog, type Log } from './log.ts';
import { backOff, pause } from './pause.ts';

export interface NatsSettings {
  servers: string | string[];
  /** Shown by the server beside the connection: the service's name. */
  name: string;
  user?: string;
  pass?: string;
  token?: string;
  log?: Log;
  /** Gives up waiting for the first connection. */
  signal?: AbortSignal;
}

/** Connects, waiting for a server as long as it takes, and stays connected: a lost connection is tried again for ever. */
export async function connectNats({
  log = silentLog,
  signal,
  ...settings
}: NatsSettings): Promise<NatsConnection> {
  for (let attempt = 1; ; attempt++) {
    try {
      const connection = await connect({
        ...settings,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        pingInterval: 10_000,
      });
      void reportStatus(connection, log);
      return connection;
    } catch (error) {
      if (signal?.aborted) throw error;
      log.warn({ err: error, servers: settings.servers }, 'NATS does not answer yet; is NATS_URL right?');
      await pause(Math.min(backOff(attempt), 5_000), signal);
      signal?.throwIfAborted();
    }
  }
}

async function reportStatus(connection: NatsConnection, log: Log): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn({ server: status.server }, 'NATS connection lost');
    if (status.type === 'reconnect') log.info({ server: status.server }, 'NATS connection is back');
    if (status.type === 'error') log.error({ err: status.error }, 'NATS reports an error');
  }
}
