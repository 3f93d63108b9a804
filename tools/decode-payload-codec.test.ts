import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { encodeDataMessage, toHex } from '@metermesh/protocols';

const folder = mkdtempSync(join(tmpdir(), 'codec-'));
afterAll(() => rmSync(folder, { recursive: true }));

const codec = fileURLToPath(
  new URL('../services/ingestion/payload-codecs/milesight-em300-th.js', import.meta.url),
);
const climate = '0175320367C80004683C';
const measured = [
  { obis: '0.0.96.9.0.255', value: '20', unit: '°C' },
  { obis: '0.0.96.9.2.255', value: '30', unit: '%' },
  { obis: '0.0.96.6.1.255', value: '50', unit: '%' },
];

function decode(lines: readonly string[], ...options: string[]) {
  const script = fileURLToPath(new URL('decode.ts', import.meta.url));
  const run = spawnSync(
    process.execPath,
    ['--conditions=source', script, '--protocol', 'lorawan', ...options],
    { input: lines.join('\n') },
  );
  const output = run.stdout.toString().trimEnd();
  return { status: run.status, frames: output.split('\n').map((line) => JSON.parse(line)) };
}

describe('npm run decode with a payload codec', () => {
  it('reads payloads of a port, each line for itself', () => {
    const { status, frames } = decode([climate, 'xx', climate], '--codec', codec, '--fport', '1');
    expect(status).toBe(1);
    expect(frames).toMatchObject([
      { protocol: 'lorawan', measurements: measured },
      { error: { code: 'HEX_INVALID' } },
      { measurements: measured },
    ]);
  });

  it('opens PHYPayloads and reads what they carry', () => {
    const key = '000102030405060708090A0B0C0D0E0F';
    const frame = encodeDataMessage({
      devAddr: '26011234',
      frameCounter: 9,
      port: 1,
      payload: Buffer.from(climate, 'hex'),
      networkKey: Buffer.from(key, 'hex'),
      applicationKey: Buffer.from(key, 'hex'),
    });
    const { status, frames } = decode([toHex(frame)], '--codec', codec, '--key', key, '--auth-key', key);
    expect(status).toBe(0);
    expect(frames).toMatchObject([{ authenticated: true, invocationCounter: 9, measurements: measured }]);
  });

  it('takes no downlink for a reading', () => {
    // Confirmed, to 49BE7DF1 at port 5: the text "test".
    const keys = [
      '--key',
      'EC925802AE430CA77FD3DD73CB2CC588',
      '--auth-key',
      '44024241ED4CE9A68C6A8BC055233FD3',
    ];
    const { frames } = decode(['A0F17DBE49300200051AC7C2BCDED52F43'], '--codec', codec, ...keys);
    expect(frames).toMatchObject([
      { measurements: [{ code: 'fport:5', value: '74657374' }], warnings: [{ code: 'LORAWAN_DOWNLINK' }] },
    ]);
  });

  it('outlives a codec that loops, and says when there is none', () => {
    const loop = join(folder, 'loop.js');
    writeFileSync(loop, 'function decodeUplink() { for (;;); }');
    expect(decode(['00'], '--codec', loop, '--fport', '1')).toMatchObject({
      status: 1,
      frames: [{ error: { code: 'PAYLOAD_CODEC_TIMEOUT', offset: 0 } }],
    });
    expect(decode(['00'], '--codec', join(folder, 'none.js'), '--fport', '1').frames).toMatchObject([
      { error: { code: 'PAYLOAD_CODEC_UNKNOWN' } },
    ]);
    expect(decode(['00'], '--codec', loop, '--fport', '300').frames).toMatchObject([
      { error: { code: 'OPTION_INVALID' } },
    ]);
  });
});
