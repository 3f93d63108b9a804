import { describe, it } from '@jest/globals';
import { specify } from '@metermesh/decider';
import { agreementDecider, type AgreementCommand } from './agreement.decider.ts';
import { ended, started } from './agreement.examples.ts';

const { given } = specify(agreementDecider);
const start = (change: Parameters<typeof started>[0] = {}): AgreementCommand => ({
  type: 'start',
  started: started(change),
});
const end = (endsOn: string): AgreementCommand => ({ type: 'end', agreementId: 'A-1', endsOn });

describe('starting an agreement', () => {
  it('records it, and a repeat does nothing', () => {
    given().when(start()).then(started());
    given(started()).when(start()).thenNothing();
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
  ])('is refused with %s for %j', (code, change) => {
    given().when(start(change)).thenRefused(code);
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
