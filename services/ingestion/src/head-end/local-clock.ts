import type { ResolveLocalTime } from '@metermesh/protocols';
import { timeZoneOf, type KnownMeter } from '../domain/known-meter.ts';
import { instantOfLocal } from '../domain/local-time.ts';

/** What was read, before and after it is known where the clock is that it goes by. */
export interface ByClock<Read> {
  readonly asSent: Read;
  /** Read again by the clock of where the meter is, if there are times in it that do not say how far they are from UTC. */
  at(meter: KnownMeter): Read;
}

export function byClock<Read>(read: (resolveLocalTime?: ResolveLocalTime) => Read): ByClock<Read> {
  let hasLocalTimes = false;
  const asSent = read(() => {
    hasLocalTimes = true;
    return 0;
  });
  return {
    asSent,
    at(meter) {
      if (!hasLocalTimes) return asSent;
      const zone = timeZoneOf(meter);
      return read(zone ? (local, daylightSaving) => instantOfLocal(local, zone, daylightSaving) : undefined);
    },
  };
}
