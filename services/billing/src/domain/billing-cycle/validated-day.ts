import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { LoadProfileValidated } from '@metermesh/contracts';
import { Quality } from '@metermesh/metering';

/** What billing needs to know of one local day of one channel, as ingestion has validated it. */
export interface ValidatedDay {
  /** Local date. */
  readonly date: string;
  /** Grows with every change of the day. */
  readonly version: bigint;
  /** The LoadProfileValidated event. */
  readonly eventId: string;
  /** The recorded events that the day rests on. */
  readonly readingEventIds: readonly string[];
  /** Start of the first interval, milliseconds since 1970. */
  readonly startsAt: number;
  readonly intervalSeconds: number;
  readonly intervals: number;
  /** Sum of the values that are known, in whole units of the reading type. */
  readonly quantity: number;
  readonly missingIntervals: number;
  readonly suspectIntervals: number;
  readonly estimatedIntervals: number;
}

/** A fact that contradicts itself: a bug of its sender, so it goes to the dead letters. */
export class ValidatedDayMalformed extends Error {
  readonly code = 'VALIDATED_DAY_MALFORMED';
}

/** @throws {ValidatedDayMalformed} where the day has no values, or not one known quality for each */
export function validatedDay(fact: LoadProfileValidated, eventId: string): ValidatedDay {
  const { day } = fact;
  if (
    !day?.start ||
    day.values.length === 0 ||
    day.qualities.length !== day.values.length ||
    day.intervalSeconds === 0
  ) {
    throw new ValidatedDayMalformed(
      `${fact.usagePointId} ${fact.localDate}: a validated day needs a start, an interval length, and values with a quality each.`,
    );
  }
  const counts = [0, 0, 0, 0];
  let quantity = 0;
  day.values.forEach((value, slot) => {
    const quality = day.qualities[slot]!;
    if (quality > Quality.Missing)
      throw new ValidatedDayMalformed(
        `${fact.usagePointId} ${fact.localDate}: no quality has the code ${quality}.`,
      );
    counts[quality]! += 1;
    if (quality !== Quality.Missing) quantity += value;
  });
  return {
    date: fact.localDate,
    version: fact.version,
    eventId,
    readingEventIds: fact.sourceEventIds,
    startsAt: timestampMs(day.start),
    intervalSeconds: day.intervalSeconds,
    intervals: day.values.length,
    quantity,
    missingIntervals: counts[Quality.Missing]!,
    suspectIntervals: counts[Quality.Suspect]!,
    estimatedIntervals: counts[Quality.Estimated]!,
  };
}
