import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { AgreementStartedSchema, PaymentMode } from '@metermesh/contracts';
import { priceAlike, termsOf } from './terms.ts';

describe('terms', () => {
  it('of agreements of before there was a choice are postpaid, and without anything special', () => {
    const old = create(AgreementStartedSchema, { tariffId: 'kepco/residential-low-voltage', billingDay: 1 });
    expect(termsOf(old)).toEqual({
      tariffId: 'kepco/residential-low-voltage',
      discounts: [],
      attributes: {},
      paymentMode: 'POSTPAID',
    });
  });

  it('are as customer-care tells them', () => {
    const started = create(AgreementStartedSchema, {
      tariffId: 'seoul/water',
      contractKw: '4.5',
      discounts: [{ code: 'welfare', from: '2025-01-01' }],
      attributes: [{ name: 'pipe-size-mm', value: '20' }],
      paymentMode: PaymentMode.PREPAID,
    });
    expect(termsOf(started)).toEqual({
      tariffId: 'seoul/water',
      contractKw: '4.5',
      discounts: [{ code: 'welfare', from: '2025-01-01' }],
      attributes: { 'pipe-size-mm': '20' },
      paymentMode: 'PREPAID',
    });
  });

  it('price alike whatever the order of what they say, and however they are paid', () => {
    const terms = { tariffId: 'a/b', attributes: {}, paymentMode: 'POSTPAID' } as const;
    const [one, other] = [{ code: 'x' }, { code: 'y', to: '2025-01-01' }];
    expect(
      priceAlike(
        { ...terms, discounts: [one, other] },
        { ...terms, discounts: [other, one], paymentMode: 'PREPAID' },
      ),
    ).toBe(true);
    expect(priceAlike({ ...terms, discounts: [one] }, { ...terms, discounts: [other] })).toBe(false);
  });
});
