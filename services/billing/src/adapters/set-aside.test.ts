import { describe, expect, it } from '@jest/globals';
import { SetAside } from './set-aside.ts';

describe('what is set aside', () => {
  it('is left alone for some seconds, and longer where it fails again', () => {
    const aside = new SetAside();
    aside.add('CUST-1', 0);
    aside.add('CUST-2', 2_000);
    expect(aside.keys(4_999)).toEqual(['CUST-1', 'CUST-2']);
    expect(aside.keys(5_000)).toEqual(['CUST-2']);
    aside.add('CUST-2', 6_500);
    expect(aside.keys(10_000)).toEqual(['CUST-2']);
    expect(aside.keys(11_500)).toEqual([]);
  });
});
