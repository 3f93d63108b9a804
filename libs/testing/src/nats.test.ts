import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';

const children: ReturnType<typeof spawn>[] = [];

afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** A process that starts a server and waits; answers the server's process id and folder. */
async function processWithServer(): Promise<{
  child: ReturnType<typeof spawn>;
  pid: number;
  folder: string;
}> {
  const program = `
    const { startNats } = await import('${new URL('./nats.ts', import.meta.url)}');
    const nats = await startNats();
    console.log(JSON.stringify({ pid: nats.pid, folder: nats.folder }));
    setInterval(() => {}, 1000);`;
  const args = ['--conditions=source', '--input-type=module', '-e', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, ...(JSON.parse(String(line)) as { pid: number; folder: string }) };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a nats-server of a test', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'is gone with its folder after the test dies of %s',
    async (signal) => {
      const { child, pid, folder } = await processWithServer();
      expect(isRunning(pid) && existsSync(folder)).toBe(true);
      child.kill(signal);

      const deadline = Date.now() + 10_000;
      while ((isRunning(pid) || existsSync(folder)) && Date.now() < deadline) await delay(50);
      expect({ running: isRunning(pid), folder: existsSync(folder) }).toEqual({
        running: false,
        folder: false,
      });
    },
  );
});
