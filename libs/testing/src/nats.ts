import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer, type NatsServer, type NatsServerOptions } from '@metermesh/embedded';
import { freePorts } from './free-ports.ts';

export interface TestNats {
  url: string;
  mqttUrl?: string;
  /** Process id of nats-server, and the folder that it stores everything in. */
  readonly pid: number;
  folder: string;
  /** SIGKILL: as when the machine loses power. */
  kill(): Promise<void>;
  /** Starts it again on the same ports with what it had stored. */
  restart(): Promise<void>;
  /** Forgets what JetStream stored; for a stopped or killed server. */
  loseStore(): void;
  stop(): Promise<void>;
}

/** A nats-server of the test's own, on free ports with a store of its own. Nothing of it outlives this process. */
export async function startNats(
  options: { mqtt?: boolean } & Pick<NatsServerOptions, 'users' | 'noAuthUser' | 'devices'> = {},
): Promise<TestNats> {
  const { mqtt, ...rest } = options;
  const storeDirectory = mkdtempSync(join(tmpdir(), 'metermesh-nats-'));
  const janitor = removeWhenWeDie(storeDirectory);
  const [port, mqttPort] = await freePorts(2);
  const start = () =>
    startNatsServer({ port: port!, mqttPort: mqtt ? mqttPort : undefined, storeDirectory, ...rest });
  let server: NatsServer = await start();

  return {
    url: server.url,
    mqttUrl: server.mqttUrl,
    folder: storeDirectory,
    get pid() {
      return server.pid;
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
    },
    async restart() {
      server = await start();
    },
    loseStore() {
      rmSync(join(storeDirectory, 'jetstream'), { recursive: true, force: true });
    },
    async stop() {
      await server.stop();
      janitor.end();
      rmSync(storeDirectory, { recursive: true, force: true });
    },
  };
}

/** The pipe closes however this process ends, so the folder goes even after SIGKILL; the server in it ends the same way. */
function removeWhenWeDie(folder: string) {
  const janitor = spawn('sh', ['-c', 'cat >/dev/null; sleep 1; rm -rf "$0"', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  janitor.unref();
  return janitor.stdin!;
}
