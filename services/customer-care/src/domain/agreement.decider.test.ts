import { PaymentMode } from '@metermesh/contracts';
import { describe, it } from '@jest/globals';
import { specify } from '@metermesh/decider';
import { agreementDecider, type AgreementCommand } from './agreement.decider.ts';
import { ended, started, termsChanged } from './agreement.examples.ts';
import type { TermsChange } from './terms.ts';

const { given } = specify(agreementDecider);
const start = (change: Parameters<typeof started>[0] = {}): AgreementCommand => ({
  type: 'start',
  started: started(change),
});
const end = (endsOn: string): AgreementCommand => ({ type: 'end', agreementId: 'A-1', endsOn });

const change = (from: string, change: TermsChange): AgreementCommand => ({
  type: 'change-terms',
  agreementId: 'A-1',
  from,
  change,
});

describe('starting an agreement', () => {
  it('records it, and a repeat does nothing', () => {
    given().when(start()).then(started());
    given(started()).when(start()).thenNothing();
  });
  it('is repeated where an older one did not say what there was no choice about', () => {
    const inFull = start({ billingMonths: 1, paymentMode: PaymentMode.POSTPAID });
    given(started()).when(inFull).thenNothing();
    given(started())
      .when(start({ billingMonths: 2 }))
      .thenRefused('AGREEMENT_EXISTS');
  });
  it('is refused where the identifier is taken by another one', () => {
    given(started())
      .when(start({ billingDay: 2 }))
      .thenRefused('AGREEMENT_EXISTS');
  });
  it.each([
    ['IDENTIFIER_INVALID', { agreementId: '' }],
    ['TARIFF_ID_INVALID', { tariffId: 'residential' }],
    ['TARIFF_ID_INVALID', { tariffId: 'kepco/../secrets' }],
    ['BILLING_DAY_INVALID', { billingDay: 0 }],
    ['BILLING_DAY_INVALID', { billingDay: 29 }],
    ['BILLING_MONTHS_INVALID', { billingMonths: 5 }],
    ['CONTRACT_POWER_INVALID', { contractKw: '-3' }],
    ['CONTRACT_POWER_INVALID', { contractKw: '0.000' }],
    ['DISCOUNT_INVALID', { discounts: [{ code: 'Large family' }] }],
    ['DISCOUNT_INVALID', { discounts: [{ code: 'large-family', from: '2026-02-01', to: '2026-02-01' }] }],
    ['ATTRIBUTE_INVALID', { attributes: [{ name: 'pipe-size-mm', value: ' ' }] }],
    [
      'ATTRIBUTE_INVALID',
      {
        attributes: [
          { name: 'households', value: '2' },
          { name: 'households', value: '3' },
        ],
      },
    ],
  ])('is refused with %s for %j', (code, change) => {
    given().when(start(change)).thenRefused(code);
  });
});

describe('changing the terms of an agreement', () => {
  it('records all of the terms as they are from that day on, and a repeat does nothing', () => {
    const changed = termsChanged('2027-01-01', 1, { contractKw: '5' });
    given(started())
      .when(change('2027-01-01', { contractKw: '5' }))
      .then(changed);
    given(started(), changed)
      .when(change('2027-01-01', { contractKw: '5' }))
      .thenNothing();
  });
  it('goes on from the terms in force that day, whatever was said first', () => {
    const later = termsChanged('2027-06-01', 1, { tariffId: 'kepco/general-a-1-low-voltage' });
    given(started(), later)
      .when(change('2027-01-01', { contractKw: '5' }))
      .then(termsChanged('2027-01-01', 2, { contractKw: '5' }));
    given(started(), later)
      .when(change('2027-06-01', { paymentMode: PaymentMode.PREPAID }))
      .then(
        termsChanged('2027-06-01', 2, {
          tariffId: 'kepco/general-a-1-low-voltage',
          paymentMode: PaymentMode.PREPAID,
        }),
      );
  });
  it('takes back what was said for the same day', () => {
    const changed = termsChanged('2027-01-01', 1, { contractKw: '5' });
    given(started(), changed)
      .when(change('2027-01-01', { contractKw: '' }))
      .then(termsChanged('2027-01-01', 2, {}));
  });
  it('is refused where there is no agreement, or it does not cover the day', () => {
    given().when(change('2027-01-01', {})).thenRefused('AGREEMENT_NOT_FOUND');
    given(started()).when(change('2026-09-30', {})).thenRefused('TERMS_OUTSIDE_AGREEMENT');
    given(started(), ended('2026-11-01'))
      .when(change('2026-11-01', {}))
      .thenRefused('TERMS_OUTSIDE_AGREEMENT');
  });
  it('is refused where the terms cannot be', () => {
    given(started())
      .when(change('2027-01-01', { tariffId: 'residential' }))
      .thenRefused('TARIFF_ID_INVALID');
  });
});

describe('ending an agreement', () => {
  it('records it, and a repeat does nothing', () => {
    given(started()).when(end('2026-11-01')).then(ended('2026-11-01'));
    given(started(), ended('2026-11-01')).when(end('2026-11-01')).thenNothing();
  });
  it('is refused where there is none, or it ends already on another day', () => {
    given().when(end('2026-11-01')).thenRefused('AGREEMENT_NOT_FOUND');
    given(started(), ended('2026-11-01')).when(end('2026-11-02')).thenRefused('AGREEMENT_ALREADY_ENDED');
  });
  it('is refused on its first day or before', () => {
    given(started()).when(end('2026-10-01')).thenRefused('END_BEFORE_START');
    given(started()).when(end('2026-09-30')).thenRefused('END_BEFORE_START');
  });
});
