import { create } from '@bufbuild/protobuf';
import {
  BillingDeterminantSchema,
  BillSegmentSchema,
  type BillingDeterminant,
  type BillLine,
  type BillSegment,
} from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { decimalString, exact, sum } from '../rating/exact.ts';
import { recordedLines } from '../rating/rated-lines.ts';
import type { Entitlement } from '../rating/rating-input.ts';
import type { Tariff } from '../tariff/tariff.ts';
import { billedChannels, billedReadingType, type BillingBasis } from './billing-basis.ts';
import { billingDeterminant } from './billing-determinant.ts';
import { rateSegment } from './rate-segment.ts';
import { segmentsOf, type Segment } from './segments.ts';

/** What the bill of a period says and rests on. */
export interface RatedPeriod {
  readonly segments: readonly BillSegment[];
  readonly determinants: readonly BillingDeterminant[];
  /** Their amounts add up to the total exactly. */
  readonly lines: readonly BillLine[];
  /** ISO 4217. */
  readonly currency: string;
  /** Exact decimal. */
  readonly total: string;
}

/** A segment with its tariff, and what of the usage point it is billed on. */
export interface TariffedSegment extends Segment {
  readonly tariff: Tariff;
}

/**
 * The segments of a period, each with a tariff that fits. Refusals: `USAGE_POINT_NOT_KNOWN_YET` (retryable), `TARIFF_UNFIT`,
 * `CURRENCY_MISMATCH`, and those of reading tariffs.
 */
export function tariffedSegments(basis: BillingBasis): TariffedSegment[] | Refusal {
  const { agreement, period, usagePoint, tariffs } = basis;
  if (!usagePoint) {
    return refuse(
      'USAGE_POINT_NOT_KNOWN_YET',
      `The time zone of usage point ${agreement.usagePointId} is not known here yet; try again in a moment, and see that it is registered.`,
      { retryable: true },
    );
  }
  const segments: TariffedSegment[] = [];
  for (const segment of segmentsOf(agreement, period)) {
    const tariff = tariffs.get(segment.terms.tariffId)!;
    if (isRefusal(tariff)) return tariff;
    const type = billedReadingType(tariff, usagePoint.serviceKind, agreement.usagePointId);
    if (isRefusal(type)) return type;
    const [first] = segments;
    if (first && first.tariff.currency !== tariff.currency) {
      return refuse(
        'CURRENCY_MISMATCH',
        `The period from ${period.start} is priced in ${first.tariff.currency} by ${first.tariff.id} and from ` +
          `${segment.period.start} on in ${tariff.currency} by ${tariff.id}; change the tariff with the beginning of a period.`,
      );
    }
    segments.push({ ...segment, tariff });
  }
  return segments;
}

/**
 * Rates each segment of a period by its own tariff and terms, what is stated a month prorated by the days of the whole
 * period, and puts their lines together. Refusals: those of {@link tariffedSegments} and of rating.
 */
export function ratePeriod(basis: BillingBasis): RatedPeriod | Refusal {
  const segments = tariffedSegments(basis);
  if (isRefusal(segments)) return segments;
  const lines: BillLine[] = [];
  const rated: BillingDeterminant[] = [];
  for (const segment of segments) {
    const bill = rateSegment(basis, segment);
    if (isRefusal(bill)) return bill;
    const { start, end } = segment.period;
    const part = segments.length > 1 ? { from: start, to: end } : undefined;
    for (const line of recordedLines(segment.tariff, bill))
      lines.push(part && !line.from ? { ...line, ...part } : line);
    for (const each of bill.determinants)
      rated.push(create(BillingDeterminantSchema, part ? { ...part, ...each } : each));
  }
  return {
    segments: segments.map(recordedSegment),
    determinants: [...measuredDeterminants(basis, segments), ...rated],
    lines,
    currency: segments[0]!.tariff.currency,
    total: decimalString(sum(lines.map(({ amount }) => exact(amount)))),
  };
}

/** Of each channel that a tariff of the period asks for, the whole with its days. */
function measuredDeterminants(
  basis: BillingBasis,
  segments: readonly TariffedSegment[],
): BillingDeterminant[] {
  return billedChannels(basis, segments).map(({ type, days }) =>
    billingDeterminant(type, basis.period, days),
  );
}

function recordedSegment({ period: { start, end }, terms }: TariffedSegment): BillSegment {
  const { tariffId, contractKw = '', discounts, attributes } = terms;
  return create(BillSegmentSchema, {
    period: { start, end },
    tariffId,
    contractKw,
    discounts: discounts.filter((each) => holdsWithin(each, start, end)).map(({ code }) => code),
    attributes: { ...attributes },
  });
}

const holdsWithin = ({ from = '', to }: Entitlement, start: string, end: string): boolean =>
  from < end && (to === undefined || to > start);
