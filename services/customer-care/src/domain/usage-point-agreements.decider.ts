import { refuse, type Decider } from '@metermesh/decider';
import { coversFrom, type AgreementSpan, type AgreementSpanEvent } from './agreement.ts';

/**
 * All agreements of one usage point: no two of them cover the same day. Its stream is appended together with the
 * agreement's own, at the revision that was read, so that of two agreements that start at once one is refused.
 */
export const usagePointAgreementsDecider: Decider<
  AgreementSpanEvent,
  readonly AgreementSpan[],
  AgreementSpanEvent
> = {
  initialState: [],
  evolve(agreements, event) {
    if (event.$typeName === 'metermesh.customer_care.v1.AgreementStarted')
      return [...agreements, { started: event }];
    return agreements.map((each) =>
      each.started.agreementId === event.agreementId ? { ...each, ended: event } : each,
    );
  },
  decide(event, agreements) {
    const known = agreements.find(({ started }) => started.agreementId === event.agreementId);
    if (event.$typeName === 'metermesh.customer_care.v1.AgreementEnded') return known?.ended ? [] : [event];
    if (known) return [];
    const other = agreements.find((each) => coversFrom(event.startsOn, each));
    if (!other) return [event];
    const { agreementId, startsOn } = other.started;
    return refuse(
      'USAGE_POINT_HAS_AGREEMENT',
      `Agreement ${agreementId} covers usage point ${event.usagePointId} from ${startsOn}` +
        `${other.ended ? ` to ${other.ended.endsOn}; start then` : '; end it'} first.`,
      { agreementId },
    );
  },
};
