import { create } from '@bufbuild/protobuf';
import { ChargedDaySchema, type ChargedDay } from '@metermesh/contracts';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { billedChannels, type BilledChannel, type BillingBasis } from '../billing-cycle/billing-basis.ts';
import { eventIds } from '../billing-cycle/event-ids.ts';
import { readingFaults } from '../billing-cycle/hold-reasons.ts';
import { tariffedSegments, type TariffedSegment } from '../billing-cycle/rate-period.ts';
import { rateSegment } from '../billing-cycle/rate-segment.ts';
import type { ValidatedDay } from '../billing-cycle/validated-day.ts';
import { decimalString, exact, sum } from '../rating/exact.ts';
import { periodOf, type Period } from '../rating/period.ts';

/** What of a period can be drawn by now. */
export interface Chargeable {
  /** The days whose readings are complete, from the first of the period up to the first that is not. */
  readonly complete: readonly ChargedDay[];
  /** ISO 4217. */
  readonly currency: string;
  /**
   * What the first days of the period come to, as the tariff rates a part of it: whatever is stated a month in proportion to
   * the days, tiers among it. All days of it come to the bill. Refusals: those of rating.
   */
  readonly totalOf: (days: number) => string | Refusal;
}

/** Refusals: those of {@link tariffedSegments}. */
export function chargeable(basis: BillingBasis): Chargeable | Refusal {
  const segments = tariffedSegments(basis);
  if (isRefusal(segments)) return segments;
  return {
    complete: completeDays(basis, billedChannels(basis, segments)),
    currency: segments[0]!.tariff.currency,
    totalOf: (days) => totalOf(basis, segments, days),
  };
}

function totalOf(basis: BillingBasis, segments: readonly TariffedSegment[], days: number): string | Refusal {
  const until = basis.period.days[days] ?? basis.period.end;
  const totals: string[] = [];
  for (const segment of segments) {
    const part = cut(segment, until);
    if (!part) break;
    const rated = rateSegment(basis, part);
    if (isRefusal(rated)) return rated;
    totals.push(rated.total);
  }
  return decimalString(sum(totals.map(exact)));
}

function cut(segment: TariffedSegment, until: string): TariffedSegment | undefined {
  const { start, end } = segment.period;
  if (until >= end) return segment;
  return until > start ? { ...segment, period: periodOf(start, until) as Period } : undefined;
}

function completeDays(
  { period, usagePoint }: BillingBasis,
  [paidFor, ...others]: readonly BilledChannel[],
): ChargedDay[] {
  const { timeZone } = usagePoint!;
  const days = new Map(paidFor!.days.map((day) => [day.date, day]));
  const complete: ChargedDay[] = [];
  for (const date of period.days) {
    const day = days.get(date);
    if (!day || ![day, ...onDate(others, date)].every((each) => isComplete(each, timeZone))) break;
    complete.push(
      create(ChargedDaySchema, {
        localDate: date,
        version: day.version,
        eventId: eventIds(day.eventIds)[0] ?? '',
      }),
    );
  }
  return complete;
}

function onDate(channels: readonly BilledChannel[], date: string): (ValidatedDay | undefined)[] {
  return channels.map(({ days }) => days.find((day) => day.date === date));
}

const ANY = { suspectShare: 1, estimatedShare: 1 };

function isComplete(day: ValidatedDay | undefined, timeZone: string): boolean {
  if (!day) return false;
  const next = new Date(Date.parse(day.date) + 86_400_000).toISOString().slice(0, 10);
  return readingFaults(periodOf(day.date, next) as Period, timeZone, [day], ANY).length === 0;
}
