import { describe, it } from '@jest/globals';
import { specify } from '@metermesh/decider';
import { ended, started } from './agreement.examples.ts';
import { usagePointAgreementsDecider } from './usage-point-agreements.decider.ts';

const { given } = specify(usagePointAgreementsDecider);
const next = (startsOn: string) => started({ agreementId: 'A-2', startsOn });

describe('the agreements of a usage point', () => {
  it('follow one another: the next may start on the day that the one before no longer covers', () => {
    given().when(started()).then(started());
    given(started(), ended('2026-11-01')).when(next('2026-11-01')).then(next('2026-11-01'));
  });
  it('never cover the same day', () => {
    given(started()).when(next('2026-12-01')).thenRefused('USAGE_POINT_HAS_AGREEMENT');
    given(started()).when(next('2026-01-01')).thenRefused('USAGE_POINT_HAS_AGREEMENT');
    given(started(), ended('2026-11-01')).when(next('2026-10-31')).thenRefused('USAGE_POINT_HAS_AGREEMENT');
    given(started(), ended('2026-11-01')).when(next('2026-09-01')).thenRefused('USAGE_POINT_HAS_AGREEMENT');
  });
  it('do not change by a repeat', () => {
    given(started()).when(started()).thenNothing();
    given(started()).when(ended('2026-11-01')).then(ended('2026-11-01'));
    given(started(), ended('2026-11-01')).when(ended('2026-11-01')).thenNothing();
  });
});
