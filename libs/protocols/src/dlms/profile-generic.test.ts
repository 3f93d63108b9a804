import { describe, expect, it } from '@jest/globals';
import type { CosemData } from './axdr.ts';
import { encodeDateTime } from './date-time.ts';
import { decodeProfile } from './profile-generic.ts';
import { profileStatusFlags } from './profile-status.ts';

const midnight = Date.parse('2026-07-01T00:00:00Z');
const NULL: CosemData = { type: 'null-data' };
const at = (minutes: number): CosemData => ({
  type: 'octet-string',
  value: encodeDateTime(midnight + minutes * 60_000),
});
const u32 = (value: number): CosemData => ({ type: 'double-long-unsigned', value });

function profile(rows: CosemData[][], period = 900) {
  return decodeProfile(
    { type: 'array', value: rows.map((value) => ({ type: 'structure', value })) },
    {
      captureObjects: [
        { classId: 8, obis: '0.0.1.0.0.255', attribute: 2 },
        { classId: 3, obis: '1.0.1.8.0.255', attribute: 2 },
      ],
      capturePeriodSeconds: period,
      scalerUnit: () => ({ scaler: 0, unitCode: 30 }),
    },
  );
}

const blocks = (rows: CosemData[][]) =>
  profile(rows).loadProfiles.map(({ start, values }) => [(start - midnight) / 60_000, [...values]]);

describe('a profile buffer', () => {
  it('names an interval by its start, though the meter captures at its end', () => {
    expect(
      blocks([
        [at(15), u32(1)],
        [NULL, u32(2)],
      ]),
    ).toEqual([[0, [1, 2]]]);
  });

  it('repeats a value that was left out as unchanged, and adds up differences', () => {
    expect(
      blocks([
        [at(15), u32(10)],
        [NULL, NULL],
        [NULL, { type: 'delta-unsigned', value: 3 }],
        [NULL, { type: 'delta-integer', value: -1 }],
      ]),
    ).toEqual([[0, [10, 10, 13, 12]]]);
  });

  it('marks the intervals of a hole, and begins anew after a long one, a step back or an odd time', () => {
    expect(
      blocks([
        [at(15), u32(1)],
        [at(45), u32(2)],
      ]),
    ).toEqual([[0, [1, NaN, 2]]]);
    expect(
      blocks([
        [at(15), u32(1)],
        [at(15 + 97 * 15), u32(2)],
      ]),
    ).toEqual([
      [0, [1]],
      [97 * 15, [2]],
    ]);
    expect(
      blocks([
        [at(30), u32(1)],
        [at(15), u32(2)],
        [at(22), u32(3)],
      ]),
    ).toEqual([
      [15, [1]],
      [0, [2]],
      [7, [3]],
    ]);
  });

  it('leaves out rows that cannot be placed and says so', () => {
    const { loadProfiles, warnings } = profile([[NULL, u32(1)], [at(15)], [at(15), u32(3)]]);
    expect(loadProfiles).toMatchObject([{ values: Float64Array.of(3) }]);
    expect(warnings).toMatchObject([{ code: 'PROFILE_ROW_WITHOUT_TIME' }, { code: 'PROFILE_ROW_INVALID' }]);
  });

  it('without a period is a list of values at their times', () => {
    expect(profile([[at(0), u32(100)]], 0)).toMatchObject({
      loadProfiles: [],
      measurements: [{ obis: '1.0.1.8.0.255', value: '100', unit: 'Wh', time: '2026-07-01T00:00:00.000Z' }],
    });
  });

  it('keeps numbers too large to count in as measurements, exactly', () => {
    expect(profile([[at(15), { type: 'long64-unsigned', value: 2n ** 64n - 1n }]])).toMatchObject({
      measurements: [{ value: '18446744073709551615' }],
    });
  });

  it('has status octets whose bits have names', () => {
    expect(profileStatusFlags(0x82)).toEqual(['clockInvalid', 'powerDown']);
  });
});
