import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = 'docs/examples';
/** Named by their protocol: `mbus-heat-meter.hex`. */
const frames = readdirSync(`${root}${folder}`).filter((file) => /\.(hex|txt)$/.test(file));
const keys = [
  ['--key', '000102030405060708090A0B0C0D0E0F'],
  ['--auth-key', '101112131415161718191A1B1C1D1E1F'],
].flat();

describe('docs/examples', () => {
  it.each(frames)('has readings in %s, as npm run decode prints them', (file) => {
    const protocol = file.split('-')[0]!;
    const codec =
      protocol === 'lorawan' ? ['--codec', 'services/ingestion/payload-codecs/milesight-em300-th.js'] : [];
    const run = spawnSync(
      process.execPath,
      ['--conditions=source', 'tools/decode.ts', '--protocol', protocol, ...keys, ...codec],
      { cwd: root, input: readFileSync(`${root}${folder}/${file}`) },
    );
    const printed = run.stdout.toString().trim().split('\n');

    expect(run.status).toBe(0);
    for (const line of printed)
      expect(JSON.parse(line)).toMatchObject({
        protocol,
        measurements: expect.arrayContaining([expect.anything()]),
      });
  });
});
