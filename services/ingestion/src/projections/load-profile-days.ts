import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { LoadProfileRecorded } from '@metermesh/contracts';
import {
  byLocalDay,
  emptyDay,
  mergeIntoDay,
  type LoadProfile,
  type LocalDay,
  type ProfileDay,
  type ReadingSource,
} from '@metermesh/metering';
import { validate } from '../vee/validate.ts';

/** Which day of which channel. */
export interface DayKey {
  readonly usagePointId: string;
  readonly readingType: string;
  readonly localDate: string;
}

export const keyText = ({ usagePointId, readingType, localDate }: DayKey) =>
  `${usagePointId}\n${readingType}\n${localDate}`;

/** A part of a recorded reading that falls on one day. */
export interface DayPart {
  readonly key: DayKey;
  readonly day: LocalDay;
  readonly part: LoadProfile;
  readonly source: ReadingSource;
}

/** What the parts of a reading need to know of its place. */
export interface Place {
  readonly timeZone: string;
  readonly multiplier: number;
}

/** The validated parts of a recorded reading, one a channel and local day. */
export function dayParts(eventId: string, recorded: LoadProfileRecorded, place: Place): DayPart[] {
  const source = { id: eventId, receivedAt: recorded.receivedAt ? timestampMs(recorded.receivedAt) : 0 };
  return recorded.blocks.flatMap((block) => {
    const profile = validate(
      {
        readingType: block.readingType,
        start: block.start ? timestampMs(block.start) : 0,
        intervalSeconds: block.intervalSeconds,
        values: Int32Array.from(block.values),
        qualities: block.qualities,
      },
      place.multiplier,
    );
    return byLocalDay(profile, place.timeZone).map(({ day, part }) => ({
      key: { usagePointId: recorded.usagePointId, readingType: block.readingType, localDate: day.date },
      day,
      part,
      source,
    }));
  });
}

/** The days as they are once the parts have been merged into those that stand, by {@link keyText}. */
export function mergeParts(
  standing: ReadonlyMap<string, ProfileDay>,
  parts: readonly DayPart[],
): Map<string, ProfileDay> {
  const merged = new Map<string, ProfileDay>();
  for (const { key, day, part, source } of parts) {
    const name = keyText(key);
    const current = merged.get(name) ?? standing.get(name) ?? emptyDay(day, part.intervalSeconds);
    merged.set(name, mergeIntoDay(current, part, source));
  }
  return merged;
}
