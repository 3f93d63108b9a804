import { describe, expect, it } from '@jest/globals';
import {
  DERIVED,
  emptyDay,
  localDay,
  mergeIntoDay,
  Quality,
  withDerived,
  withoutDerived,
  type LoadProfile,
} from './index.ts';

const day = localDay('2026-11-01', 'Asia/Seoul');
const measured = mergeIntoDay(
  emptyDay(day, 3600),
  {
    readingType: 'active-energy-import',
    start: day.start,
    intervalSeconds: 3600,
    values: Int32Array.of(5),
    qualities: Uint8Array.of(Quality.Suspect),
  },
  { id: 'push', receivedAt: 1 },
);
const derived = (values: number[]): Pick<LoadProfile, 'values' | 'qualities'> => ({
  values: Int32Array.from({ length: 24 }, (_, slot) => values[slot] ?? 0),
  qualities: Uint8Array.from({ length: 24 }, (_, slot) =>
    slot < values.length ? Quality.Actual : Quality.Missing,
  ),
});

describe('derived values', () => {
  it('fill what nobody reported, and never replace a measured value, however doubtful', () => {
    const filled = withDerived(measured, derived([9, 7]), ['read-1', 'read-2']);
    expect([...filled.values.subarray(0, 3)]).toEqual([5, 7, 0]);
    expect([...filled.qualities.subarray(0, 3)]).toEqual([Quality.Suspect, Quality.Actual, Quality.Missing]);
    expect([...filled.slotSources.subarray(0, 3)]).toEqual([0, DERIVED, -1]);
    expect(filled.derivedFrom).toEqual(['read-1', 'read-2']);
  });

  it('come off as they were laid on', () => {
    expect(withoutDerived(withDerived(measured, derived([9, 7]), ['read-1']))).toEqual(measured);
    expect(withDerived(measured, derived([9]), ['read-1'])).toBe(measured);
  });
});
