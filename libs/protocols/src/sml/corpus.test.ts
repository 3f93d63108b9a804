import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import type { DecodedPush } from '../measurement.ts';
import { sml } from './codec.ts';

const corpus = process.env['METERMESH_CORPUS'];

interface Stream {
  stream_base64: string;
  frames_ok: number;
  first_frame?: { obis: string; raw: number; scaler: number; unit: number; value: number }[];
}

(corpus ? describe : describe.skip)('SML streams of real meters (METERMESH_CORPUS)', () => {
  const streams: Record<string, Stream> = corpus
    ? JSON.parse(readFileSync(join(corpus, 'sml/streams.json'), 'utf8'))
    : {};

  it('are there to compare with', () => {
    expect(Object.keys(streams).length).toBeGreaterThanOrEqual(13);
  });

  for (const [meter, stream] of Object.entries(streams)) {
    it(`${meter}: has as many good frames as it is known to have, and the first says what it says`, () => {
      const results = sml.decode(Buffer.from(stream.stream_base64, 'base64'), {});
      const pushes = results.filter((result): result is DecodedPush => !isDecodeError(result));
      expect(pushes).toHaveLength(stream.frames_ok);
      // The captures end in the middle of a frame; the one with errors has lost octets in every frame.
      const errors = results.filter(isDecodeError);
      expect(new Set(errors.map(({ code }) => code))).toEqual(
        new Set(errors.length > 0 ? ['SML_FRAME_TRUNCATED'] : []),
      );
      const measured = pushes[0]?.measurements.filter(({ unitCode }) => unitCode !== undefined) ?? [];
      expect(
        measured.map(({ obis, raw, scaler, unitCode, value }) => ({
          obis,
          raw,
          scaler,
          unitCode,
          value: Number(value),
        })),
      ).toEqual(
        (stream.first_frame ?? []).map(({ obis, raw, scaler, unit, value }) => ({
          obis: obis.replace(/[-:*]/g, '.'),
          raw,
          scaler,
          unitCode: unit,
          value,
        })),
      );
    });
  }

  it('name meters by the number that is printed on them', () => {
    const serialOf = (meter: string) => {
      const [push] = sml.decode(Buffer.from(streams[meter]!.stream_base64, 'base64'), {});
      return (push as DecodedPush).device;
    };
    expect(serialOf('DZG_DVS-7412.2_jmberg.bin')).toEqual({
      serialNumber: '1DZG0042082910',
      address: 'sml:0A01445A47000282225E',
      manufacturer: 'DZG',
      medium: 'electricity',
    });
    expect(serialOf('EMH_eHZ-GW8E2A500AK2.bin')).toMatchObject({
      serialNumber: '02280816',
      manufacturer: 'EMH',
    });
  });
});
