import { describe, expect, it } from '@jest/globals';
import { derivedId } from './event-id.ts';

describe('a derived id', () => {
  it('is a UUID of version 5', () => {
    expect(derivedId('meter', Uint8Array.of(1))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
  it('is the same for the same parts only', () => {
    expect(derivedId('ab', 'c')).toBe(derivedId('ab', Buffer.from('c')));
    expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
  });
});
