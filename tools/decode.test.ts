import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { encodeLoadProfilePush, encodeWrapper, encryptGeneralGlo, toHex } from '@metermesh/protocols';

const key = '000102030405060708090A0B0C0D0E0F';
const authenticationKey = 'D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF';
const start = Date.parse('2026-07-01T00:00:00Z');
const apdu = encodeLoadProfilePush({
  serialNumber: 'MM00000042',
  invokeId: 1,
  sentAt: start + 1_800_000,
  intervalSeconds: 900,
  channels: [{ obis: '1.0.1.29.0.255', scaler: 1, unitCode: 30 }],
  rows: [
    { start, values: [12] },
    { start: start + 900_000, values: [7] },
  ],
  registers: [{ obis: '1.0.1.8.0.255', scaler: -1, unitCode: 30, value: 12_345 }],
});
const sealed = encryptGeneralGlo(apdu, {
  systemTitle: Buffer.from('MMS00001'),
  invocationCounter: 5,
  keys: { encryptionKey: Buffer.from(key, 'hex'), authenticationKey: Buffer.from(authenticationKey, 'hex') },
});

function decode(lines: string[], ...options: string[]) {
  const script = fileURLToPath(new URL('decode.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--conditions=source', script, ...options], {
    input: lines.join('\n'),
  });
  const output = run.stdout.toString().trimEnd();
  return {
    status: run.status,
    frames: output === '' ? [] : output.split('\n').map((line) => JSON.parse(line)),
    log: run.stderr.toString(),
  };
}

describe('npm run decode', () => {
  it('prints a JSON object a frame, exact values with units and times, and nothing else', () => {
    const wrapped = encodeWrapper({ source: 1, destination: 1, payload: apdu });
    const { status, frames, log } = decode([toHex(apdu), '', toHex(wrapped)], '--protocol', 'dlms');
    expect({ status, log }).toEqual({ status: 0, log: '' });
    expect(frames).toHaveLength(2);
    expect(frames[1]).toEqual(frames[0]);
    expect(frames[0]).toMatchObject({
      protocol: 'dlms',
      device: { serialNumber: 'MM00000042' },
      events: [],
      warnings: [],
    });
    const energy = {
      obis: '1.0.1.29.0.255',
      quantity: 'active energy import',
      unit: 'Wh',
      intervalSeconds: 900,
    };
    expect(frames[0].measurements.slice(-3)).toEqual([
      { obis: '1.0.1.8.0.255', quantity: 'active energy import', value: '1234.5', unit: 'Wh' },
      { ...energy, value: '120', time: '2026-07-01T00:00:00.000Z', accumulation: 'interval', status: 0 },
      { ...energy, value: '70', time: '2026-07-01T00:15:00.000Z', accumulation: 'interval', status: 0 },
    ]);
  });

  it('opens encrypted frames with their keys', () => {
    const { status, frames } = decode(
      [toHex(sealed)],
      '--protocol',
      'dlms',
      '--key',
      key,
      '--auth-key',
      authenticationKey,
    );
    expect(status).toBe(0);
    expect(frames).toMatchObject([
      { invocationCounter: 5, authenticated: true, device: { systemTitle: '4D4D533030303031' } },
    ]);
  });

  it('goes on after a frame that fails, and exits 1', () => {
    const { status, frames } = decode(
      ['nonsense', toHex(sealed), toHex(apdu).slice(0, -2), toHex(apdu)],
      '--protocol',
      'dlms',
    );
    expect(status).toBe(1);
    expect(frames.map(({ error }) => error?.code)).toEqual([
      'HEX_INVALID',
      'DLMS_KEY_MISSING',
      'FRAME_TRUNCATED',
      undefined,
    ]);
    expect(frames[2].error.offset).toBeGreaterThan(100);
  });

  it('says so when it does not know an option', () => {
    expect(decode([], '--protocoll', 'dlms')).toMatchObject({
      status: 1,
      frames: [{ error: { code: 'OPTION_UNKNOWN', message: expect.stringContaining('protocoll') } }],
    });
  });

  it('says which protocols there are when it does not know one', () => {
    expect(decode([], '--protocol', 'morse')).toMatchObject({
      status: 1,
      frames: [{ error: { code: 'PROTOCOL_UNKNOWN', message: expect.stringContaining('dlms') } }],
    });
  });
});
