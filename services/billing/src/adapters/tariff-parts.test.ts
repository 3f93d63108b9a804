import { describe, expect, it } from '@jest/globals';
import { withParts } from './tariff-parts.ts';

const parts: Record<string, unknown> = {
  _service: { currency: 'KRW', unit: 'kWh' },
  _taxes: [{ code: 'vat' }, { code: 'fund' }],
  _charges: [{ code: 'climate' }, { include: '_taxes' }],
  _demand: { kind: 'demand', windowMinutes: 15, rate: [{ from: '2020-01-01', value: '1' }] },
  _loop: { a: { include: '_loop' } },
};

const read = async (name: string) => {
  if (!(name in parts)) throw new Error(`no ${name}`);
  return parts[name];
};

const whole = (json: unknown) => withParts(json, read);

describe('a tariff file in parts', () => {
  it('takes from a part what it does not say itself', async () => {
    expect(await whole({ include: '_service', id: 'a/b', unit: 'm3' })).toEqual({
      id: 'a/b',
      currency: 'KRW',
      unit: 'm3',
    });
  });

  it('takes members whole: a rate of its own replaces that of the part', async () => {
    const rate = [{ from: '2024-01-01', value: '2' }];
    expect(await whole({ charges: [{ include: '_demand', rate }] })).toEqual({
      charges: [{ kind: 'demand', windowMinutes: 15, rate }],
    });
  });

  it('puts the elements of a list in its place, also from parts of parts', async () => {
    expect(await whole({ charges: [{ code: 'base' }, { include: '_charges' }, { code: 'last' }] })).toEqual({
      charges: [{ code: 'base' }, { code: 'climate' }, { code: 'vat' }, { code: 'fund' }, { code: 'last' }],
    });
  });

  it('stays as it is without parts', async () => {
    const json = { a: [1, [2, null], { b: 'c' }] };
    expect(await whole(json)).toEqual(json);
  });

  it.each([
    ['a part that is missing', { include: '_none' }, 'no _none'],
    ['a part that includes itself', { include: '_loop' }, '"_loop" includes itself'],
    ['a name that leads elsewhere', { include: '../_secret' }, 'names no part'],
    ['a list where members are', { include: '_taxes', id: 'a/b' }, 'is a list'],
  ])('with %s is refused', async (_, json, message) => {
    await expect(whole(json)).rejects.toThrow(message);
  });
});
