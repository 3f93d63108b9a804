import { localDayOf } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';

/** Where the intervals of a day begin in local time. Days with the same shape have the same minutes. */
export interface SlotMinutes {
  readonly shape: string;
  /** Minute of the day, 0 to 1439, of the start of each interval; an hour that clocks repeat comes twice. */
  readonly minutes: Uint16Array;
}

const DAY = 86_400_000;
const MOST_REMEMBERED = 10_000;
const regular = new Map<number, SlotMinutes>();
const irregular = new Map<string, SlotMinutes>();

/** `startsAt` in milliseconds since 1970, `count` intervals of whole minutes. */
export function slotMinutes(
  startsAt: number,
  intervalSeconds: number,
  count: number,
  timeZone: string,
): SlotMinutes {
  const day = localDayOf(startsAt, timeZone);
  const isRegular =
    day.start === startsAt && day.end - day.start === DAY && count * intervalSeconds * 1000 <= DAY;
  if (isRegular)
    return remembered(regular, intervalSeconds * 10_000 + count, () => evenly(intervalSeconds, count));
  const key = `${timeZone} ${startsAt} ${intervalSeconds} ${count}`;
  return remembered(irregular, key, () => byClock(key, startsAt, intervalSeconds, count, timeZone));
}

function evenly(intervalSeconds: number, count: number): SlotMinutes {
  const minutes = Uint16Array.from({ length: count }, (_, slot) => Math.floor((slot * intervalSeconds) / 60));
  return { shape: `${intervalSeconds} ${count}`, minutes };
}

function byClock(
  shape: string,
  startsAt: number,
  intervalSeconds: number,
  count: number,
  timeZone: string,
): SlotMinutes {
  const minutes = Uint16Array.from({ length: count }, (_, slot) => {
    const instant = Temporal.Instant.fromEpochMilliseconds(startsAt + slot * intervalSeconds * 1000);
    const { hour, minute } = instant.toZonedDateTimeISO(timeZone);
    return hour * 60 + minute;
  });
  return { shape, minutes };
}

function remembered<K>(known: Map<K, SlotMinutes>, key: K, make: () => SlotMinutes): SlotMinutes {
  let found = known.get(key);
  if (!found) {
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(key, (found = make()));
  }
  return found;
}
