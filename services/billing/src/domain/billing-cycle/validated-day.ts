import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { LoadProfileValidated } from '@metermesh/contracts';
import { Quality } from '@metermesh/metering';
import { isEventId, packedEventIds } from './event-ids.ts';

/** One local day of one channel, as ingestion has validated it. */
export interface ValidatedDay {
  /** Local date. */
  readonly date: string;
  /** Grows with every change of the day. */
  readonly version: bigint;
  /** Packed: the LoadProfileValidated event, then the recorded events that the day rests on. */
  readonly eventIds: Uint8Array;
  /** Of the LoadProfileValidated event in the log of ingestion; empty where it was not kept. */
  readonly eventPosition: string;
  /** Start of the first interval, milliseconds since 1970. */
  readonly startsAt: number;
  readonly intervalSeconds: number;
  readonly intervals: number;
  /** Whole units of the reading type, one an interval; 0 where it is not known. */
  readonly values: Int32Array;
  /** A quality code beside each value; empty where all are actual. */
  readonly qualities: Uint8Array;
  /** Sum of the values. */
  readonly quantity: number;
  readonly missingIntervals: number;
  readonly suspectIntervals: number;
  readonly estimatedIntervals: number;
}

/** A fact that contradicts itself: a bug of its sender, so it goes to the dead letters. */
export class ValidatedDayMalformed extends Error {
  readonly code = 'VALIDATED_DAY_MALFORMED';
}

/**
 * @param event of the fact: its identifier, and its position in the log of ingestion
 * @throws {ValidatedDayMalformed} where the day has no values, not one known quality for each, or names events by no UUID
 */
export function validatedDay(
  fact: LoadProfileValidated,
  event: { readonly id: string; readonly position: string },
): ValidatedDay {
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
  const ids = [event.id, ...fact.sourceEventIds];
  if (!ids.every(isEventId))
    throw new ValidatedDayMalformed(
      `${fact.usagePointId} ${fact.localDate}: the events that it names need UUIDs as identifiers.`,
    );
  const counts = [0, 0, 0, 0];
  const values = Int32Array.from(day.values);
  let quantity = 0;
  day.qualities.forEach((quality, slot) => {
    if (quality > Quality.Missing)
      throw new ValidatedDayMalformed(
        `${fact.usagePointId} ${fact.localDate}: no quality has the code ${quality}.`,
      );
    counts[quality]! += 1;
    if (quality === Quality.Missing) values[slot] = 0;
    quantity += values[slot]!;
  });
  return {
    date: fact.localDate,
    version: fact.version,
    eventIds: packedEventIds(ids),
    eventPosition: event.position,
    startsAt: timestampMs(day.start),
    intervalSeconds: day.intervalSeconds,
    intervals: values.length,
    values,
    qualities: counts[Quality.Actual] === values.length ? new Uint8Array(0) : day.qualities,
    quantity,
    missingIntervals: counts[Quality.Missing]!,
    suspectIntervals: counts[Quality.Suspect]!,
    estimatedIntervals: counts[Quality.Estimated]!,
  };
}
