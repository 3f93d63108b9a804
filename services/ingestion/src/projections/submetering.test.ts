import { describe, expect, it } from '@jest/globals';
import type { QualityName } from '@metermesh/metering';
import fc from 'fast-check';
import type { AnsweredInterval, TimeSpan } from './load-profile-answer.ts';
import { METER_TOLERANCE, submetered, type SubmeterProfile } from './submetering.ts';

const HOUR = 3_600_000;
const hours = (count: number): TimeSpan[] =>
  Array.from({ length: count }, (_, i) => ({ from: i * HOUR, to: (i + 1) * HOUR }));
const answers = (values: (number | null)[], quality: QualityName = 'ACTUAL'): AnsweredInterval[] =>
  values.map((value, i) => ({ start: `hour ${i}`, value, quality: value === null ? 'MISSING' : quality }));
const ALWAYS: TimeSpan[] = [{ from: 0, to: Infinity }];
const submeter = (name: string, values: (number | null)[], more: Partial<SubmeterProfile> = {}) => ({
  name,
  stays: ALWAYS,
  intervals: answers(values),
  ...more,
});

describe('sub-metering', () => {
  it('shows the mains, what sub-meters measured of them, and the rest', () => {
    const [interval] = submetered(hours(1), answers([500]), [
      submeter('refrigerator', [80]),
      submeter('oven', [300]),
    ]);
    expect(interval).toEqual({
      start: 'hour 0',
      mains: 500,
      submeters: [
        { name: 'refrigerator', value: 80, quality: 'ACTUAL' },
        { name: 'oven', value: 300, quality: 'ACTUAL' },
      ],
      unattributed: 120,
      quality: 'ACTUAL',
      exceedsMains: false,
    });
  });

  it('does not know the rest where it does not know the mains, wholly or in part', () => {
    const inPart: AnsweredInterval = { start: 'hour 1', value: 100, quality: 'MISSING' };
    const mains = [...answers([null]), inPart];
    const intervals = submetered(hours(2), mains, [submeter('oven', [300, 20])]);
    expect(intervals.map(({ mains, unattributed, quality }) => ({ mains, unattributed, quality }))).toEqual([
      { mains: null, unattributed: null, quality: 'MISSING' },
      { mains: null, unattributed: null, quality: 'MISSING' },
    ]);
    expect(intervals[0]!.submeters[0]!.value).toBe(300);
  });

  it('leaves what a silent sub-meter did not tell among the unattributed, and says so', () => {
    const [interval] = submetered(hours(1), answers([500]), [submeter('oven', [null])]);
    expect(interval).toMatchObject({ unattributed: 500, quality: 'MISSING' });
  });

  it('counts a sub-meter only while it is installed', () => {
    const late = submeter('oven', [null, 300, null], { stays: [{ from: HOUR, to: 2 * HOUR }] });
    const intervals = submetered(hours(3), answers([500, 500, 500]), [late]);
    expect(intervals.map(({ submeters, quality }) => [submeters.length, quality])).toEqual([
      [0, 'ACTUAL'],
      [1, 'ACTUAL'],
      [0, 'ACTUAL'],
    ]);
  });

  it('shows where the parts are more than the whole, but not what meters may be wrong by', () => {
    const exceeds = (mains: number, ...parts: number[]) =>
      submetered(
        hours(1),
        answers([mains]),
        parts.map((value, i) => submeter(`plug ${i}`, [value])),
      )[0]!.exceedsMains;
    expect(exceeds(1000, 1000)).toBe(false);
    expect(exceeds(1000, 1040)).toBe(false);
    expect(exceeds(1000, 1044)).toBe(true);
    expect(exceeds(1000, 700, 400)).toBe(true);
    expect(exceeds(0, 1, 1)).toBe(false);
    expect(exceeds(0, 3, 2)).toBe(true);
  });

  it('adds up: mains = Σ known sub-meters + unattributed, and what true meters read never exceeds the mains', () => {
    const household = fc.record({
      parts: fc.array(fc.array(fc.nat(50_000), { minLength: 4, maxLength: 4 }), { maxLength: 5 }),
      rest: fc.array(fc.nat(50_000), { minLength: 4, maxLength: 4 }),
      errors: fc.array(fc.double({ min: -METER_TOLERANCE, max: METER_TOLERANCE, noNaN: true }), {
        minLength: 6,
        maxLength: 6,
      }),
      silent: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    });
    fc.assert(
      fc.property(household, ({ parts, rest, errors, silent }) => {
        const truth = rest.map((value, i) => value + parts.reduce((sum, part) => sum + part[i]!, 0));
        const read = (value: number, meter: number) => Math.round(value * (1 + errors[meter]!));
        const mains = answers(truth.map((value) => read(value, 5)));
        const submeters = parts.map((part, meter) =>
          submeter(
            `plug ${meter}`,
            part.map((value) => (silent[meter] ? null : read(value, meter))),
          ),
        );
        for (const interval of submetered(hours(4), mains, submeters)) {
          const known = interval.submeters.reduce((sum, { value }) => sum + (value ?? 0), 0);
          expect(known + interval.unattributed!).toBe(interval.mains);
          expect(interval.exceedsMains).toBe(false);
        }
      }),
    );
  });
});
