import { create } from '@bufbuild/protobuf';
import {
  DeterminantDaysSchema,
  type BillingDeterminant,
  type DeterminantDays,
  type DeterminantSource,
} from '@metermesh/contracts';
import { eventIds } from './event-ids.ts';
import type { ValidatedDay } from './validated-day.ts';

const DAY_MILLISECONDS = 86_400_000;
const ID_OCTETS = 16;

/** A validated day that a determinant was computed from. */
export interface DaySource extends Omit<DeterminantSource, '$typeName' | '$unknown'> {
  /** Position of the LoadProfileValidated event in the log of ingestion; empty where it was not kept. */
  readonly eventPosition: string;
}

/** Exactly the days that a determinant is computed from, column by column as they are recorded. */
export function determinantDays(days: readonly ValidatedDay[]): DeterminantDays {
  const packed = create(DeterminantDaysSchema);
  const positions: string[] = [];
  packed.eventIds = new Uint8Array(days.reduce((octets, day) => octets + day.eventIds.length, 0));
  let at = 0;
  for (const day of days) {
    packed.dates.push(Date.parse(day.date) / DAY_MILLISECONDS);
    packed.versions.push(day.version);
    packed.eventIds.set(day.eventIds, at);
    at += day.eventIds.length;
    packed.eventIdCounts.push(day.eventIds.length / ID_OCTETS);
    positions.push(day.eventPosition);
    packed.quantities.push(BigInt(day.quantity));
  }
  packed.eventPositions = positions.join('\n');
  packed.estimatedIntervals = counts(days, (day) => day.estimatedIntervals);
  packed.missingIntervals = counts(days, (day) => day.missingIntervals);
  packed.suspectIntervals = counts(days, (day) => day.suspectIntervals);
  return packed;
}

/** What a determinant was computed from, day by day; none for those that rating made of others. */
export function sourcesOf({ days, sources }: BillingDeterminant): DaySource[] {
  if (!days) return sources.map((source) => ({ ...source, eventPosition: '' }));
  const ids = eventIds(days.eventIds);
  const positions = days.eventPositions.split('\n');
  let at = 0;
  return days.dates.map((date, index) => {
    const [eventId = '', ...readingEventIds] = ids.slice(at, (at += days.eventIdCounts[index] ?? 0));
    return {
      localDate: new Date(date * DAY_MILLISECONDS).toISOString().slice(0, 'YYYY-MM-DD'.length),
      version: days.versions[index] ?? 0n,
      eventId,
      eventPosition: positions[index] ?? '',
      readingEventIds,
      quantity: days.quantities[index] ?? 0n,
      estimatedIntervals: days.estimatedIntervals[index] ?? 0,
      missingIntervals: days.missingIntervals[index] ?? 0,
      suspectIntervals: days.suspectIntervals[index] ?? 0,
    };
  });
}

function counts(days: readonly ValidatedDay[], of: (day: ValidatedDay) => number): number[] {
  return days.some((day) => of(day) > 0) ? days.map(of) : [];
}
