import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { faultsText, jsonFaults } from './json-faults.ts';

const amount = z.string('expected text').regex(/^\d+$/, 'expected digits');
const shape = z.object({ rate: z.union([amount, z.record(z.string(), amount)]) });

const faults = (rate: unknown) => {
  const { error } = shape.safeParse({ rate });
  return error && jsonFaults(error).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('faults of JSON that may be one thing or another', () => {
  it('are those of the alternative that comes nearest', () => {
    expect(faults('5')).toBeUndefined();
    expect(faults({ summer: '5', winter: 'many' })).toEqual(['rate.winter: expected digits']);
  });

  it('name all alternatives where none is near', () => {
    expect(faults(5)).toEqual(['rate: expected text, or expected record, received number']);
  });

  it('are told as far as anybody reads', () => {
    expect(faultsText(['one', 'two'])).toBe('one; two');
    expect(faultsText(Array.from({ length: 744 }, () => 'x'))).toMatch(/^(x; ){9}x \(and 734 more\)$/);
  });
});
