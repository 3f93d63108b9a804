import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DecodedPush } from '../measurement.ts';
import { dsmr } from './codec.ts';

const corpus = process.env['METERMESH_CORPUS'];
const read = (file: string) => JSON.parse(readFileSync(join(corpus!, 'dsmr', file), 'utf8'));

interface ExpectedField {
  obis: string | null;
  unit?: string;
  value: string;
}

const decode = (text: string) => dsmr.decode(Buffer.from(text, 'latin1'), {});

/** `981.443` and unit `m3`, `1581.123` and `kWh` as what is in the telegram without prefix. */
function plain({ value, unit }: ExpectedField): { value: number | string; unit?: string } {
  const isKilo = unit?.startsWith('k') === true;
  const number = /^-?[\d.]+$/.test(value) && value.length < 14 ? Number(value) : value;
  return {
    value: isKilo ? Number((Number(number) * 1000).toFixed(6)) : number,
    unit: isKilo ? unit.slice(1) : unit,
  };
}

(corpus ? describe : describe.skip)('P1 telegrams of real meters (METERMESH_CORPUS)', () => {
  const telegrams: Record<string, string> = corpus ? read('telegrams.json') : {};
  const tests: Record<string, { telegram: string; expected: Record<string, ExpectedField> }> = corpus
    ? read('expected.json')
    : {};

  it('are there to compare with', () => {
    expect(Object.keys(tests)).toHaveLength(3);
  });

  for (const [name, { telegram, expected }] of Object.entries(tests)) {
    it(`${name}: every field has the value that is expected`, () => {
      const results = decode(telegrams[telegram]!);
      expect(results).toHaveLength(1);
      const push = results[0] as DecodedPush;
      expect(push.warnings).toEqual([]);
      for (const [field, wanted] of Object.entries(expected)) {
        if (field === 'P1_MESSAGE_TIMESTAMP') {
          expect(push.time).toBe(
            telegram === 'TELEGRAM_V4_2' ? '2016-11-13T19:57:57.000Z' : '2020-05-12T11:54:09.000Z',
          );
          continue;
        }
        const { value, unit } = plain(wanted);
        const found = push.measurements.map((measurement) => ({
          value: typeof value === 'number' ? Number(measurement.value) : measurement.value,
          unit: measurement.unit,
          isNamed: wanted.obis === null || measurement.obis.includes(wanted.obis.split(/[-:]/).at(-1)!),
        }));
        expect({ field, found }).toEqual({
          field,
          found: expect.arrayContaining([{ value, unit, isNamed: true }]),
        });
      }
    });
  }

  it('are refused where a digit was changed and there is a check', () => {
    for (const telegram of ['TELEGRAM_V4_2', 'TELEGRAM_FLUVIUS_V171']) {
      const changed = telegrams[telegram]!.replace('1-0:1.8.1(00', '1-0:1.8.1(01');
      expect(decode(changed)).toMatchObject([{ code: 'P1_CRC_MISMATCH', offset: changed.indexOf('!') + 1 }]);
      expect(decode(telegrams[telegram]!.replace(/![0-9A-F]{4}/, '!'))).toMatchObject([
        { code: 'P1_CRC_MISSING' },
      ]);
      expect(decode(telegrams[telegram]!.replace(/![0-9A-F]{4}\r\n/, ''))).toMatchObject([
        { code: 'P1_TELEGRAM_TRUNCATED', offset: 0 },
      ]);
    }
  });

  it('are read one by one out of a stream with noise, and with the line ends of an editor', () => {
    const all = Object.values(telegrams);
    const stream = `1.8.1(0\r\n!12\r\n${all.map((text) => text.replaceAll('\r\n', '\n')).join('\0\0/x\n')}`;
    expect(decode(stream).map((push) => (push as DecodedPush).device.manufacturer)).toEqual([
      'ISK',
      'KFM',
      'FLU',
    ]);
  });
});
