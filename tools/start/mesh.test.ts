import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '@metermesh/testing';
import { untilReady } from './mesh.ts';
import { readSettings } from './settings.ts';
import { SupervisedProcess } from './supervised-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'metermesh-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('waiting for a process of the mesh', () => {
  it('ends with what the process said, where it cannot start', async () => {
    const script = join(folder, 'main.js');
    writeFileSync(script, `console.error('DATABASE_URL is not set'); process.exit(1);`);
    const [port] = await freePorts(1);
    const settings = readSettings({ METERMESH_DATA: folder, BILLING_PORT: String(port) });
    const billing = new SupervisedProcess({
      name: 'billing',
      script,
      environment: {},
      logDirectory: join(folder, 'log'),
    });
    billing.start();
    try {
      await expect(untilReady(billing, settings)).rejects.toThrow(
        /^billing ends as soon as it is started; see .*billing\.log\. It said:\n.*DATABASE_URL is not set$/s,
      );
    } finally {
      await billing.stop();
    }
  }, 30_000);
});
