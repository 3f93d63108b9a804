import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  encodeDataNotificationConfirm,
  encodeWrapper,
  findCodec,
  isDecodeError,
  WrapperSplitter,
  type DecodedPush,
} from '@metermesh/protocols';
import { plan } from './demo/neighbourhood.ts';

const data = mkdtempSync(join(tmpdir(), 'metermesh-push-'));
const neighbourhood = plan(Date.parse('2026-11-23T00:00:00Z'));
const meter = neighbourhood.places[0]!;

describe('npm run push', () => {
  let headEnd: Server;
  const received: DecodedPush[] = [];

  beforeAll(async () => {
    writeFileSync(join(data, 'demo-state.json'), JSON.stringify({ neighbourhood }));
    headEnd = createServer((socket) => {
      const splitter = new WrapperSplitter();
      socket.on('data', (chunk) => {
        for (const frame of splitter.push(chunk)) {
          if (isDecodeError(frame)) return void socket.destroy();
          const push = decode(frame.payload);
          if (!push) return void socket.destroy();
          received.push(push);
          const payload = encodeDataNotificationConfirm({
            id: push.invokeId!,
            confirmed: true,
            highPriority: false,
          });
          socket.write(encodeWrapper({ source: 1, destination: 1, payload }));
        }
      });
    });
    await new Promise<void>((listening) => headEnd.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => new Promise((closed) => headEnd.close(closed)));

  it('lets a demo meter say what it is told to, encrypted under its own keys, and waits for the confirmation', async () => {
    const { status, answers } = await push(
      ['--serial', meter.serialNumber, '--start', '2026-11-22T10:00:00+09:00', '--values', '500,250'],
      '',
    );
    expect(answers).toEqual([
      {
        serialNumber: meter.serialNumber,
        usagePointId: meter.usagePointId,
        channel: 'active-energy-import',
        start: '2026-11-22T01:00:00.000Z',
        values: [500, 250],
        confirmedAfterMs: expect.any(Number),
      },
    ]);
    expect(status).toBe(0);
    const profile = received.at(-1)!.loadProfiles[0]!;
    expect([...profile.values]).toEqual([500, 250]);
  });

  it('refuses what no demo meter can say, and names those that there are', async () => {
    const unknown = await push(['--serial', 'NOBODY'], '');
    expect(unknown.answers).toEqual([
      { error: { code: 'UNKNOWN_METER', message: expect.stringContaining(meter.serialNumber) } },
    ]);
    const fraction = await push(['--serial', meter.serialNumber, '--values', '0.5'], '');
    expect(fraction.answers).toMatchObject([{ error: { code: 'ARGUMENTS_INVALID' } }]);
    const misspelt = await push(['--seriel', meter.serialNumber], '');
    expect(misspelt.answers).toMatchObject([{ error: { code: 'ARGUMENTS_INVALID' } }]);
    expect([unknown.status, fraction.status, misspelt.status]).toEqual([1, 1, 1]);
  });

  it('says so where nobody confirms', async () => {
    const { status, answers } = await push(['--serial', meter.serialNumber, '--values', '1'], '', 1);
    expect(answers).toMatchObject([{ error: { code: 'NOT_CONFIRMED' } }]);
    expect(status).toBe(1);
  });

  it('sends octets as they are, and goes on where a line is none', async () => {
    const { status, answers } = await push([], 'no hex\n0001000100010002ffff\n');
    expect(answers).toEqual([
      { error: { code: 'HEX_INVALID', message: expect.any(String) } },
      { sent: 10, answer: null },
    ]);
    expect(status).toBe(1);
  });

  async function push(options: string[], input: string, port = (headEnd.address() as AddressInfo).port) {
    const script = fileURLToPath(new URL('push.ts', import.meta.url));
    const run = spawn(process.execPath, ['--conditions=source', script, ...options], {
      env: { ...process.env, METERMESH_DATA: data, DLMS_PORT: String(port) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    run.stdin.end(input);
    const [output, status] = await Promise.all([
      text(run.stdout),
      new Promise<number | null>((exited) => run.once('exit', exited)),
    ]);
    return {
      status,
      answers: output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    };
  }
});

function decode(apdu: Uint8Array): DecodedPush | undefined {
  const codec = findCodec('dlms');
  if (isDecodeError(codec)) throw new Error(codec.message);
  const [push] = codec.decode(apdu, {
    encryptionKey: Buffer.from(meter.encryptionKey, 'hex'),
    authenticationKey: Buffer.from(meter.authenticationKey, 'hex'),
  });
  return isDecodeError(push) ? undefined : (push as DecodedPush);
}
