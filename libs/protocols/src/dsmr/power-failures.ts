import type { DecodedEvent } from '../measurement.ts';
import type { P1Object } from './telegram.ts';

/** Power failure event log (DSMR P1 5.0, 6.12): a profile of the times at which long failures ended and their durations. */
export const POWER_FAILURE_LOG = '1.0.99.97.0.255';
const FIRST_P1_CLOCK = Date.UTC(2000, 0, 1);

/**
 * `(n)(0-0:96.7.19)(end)(duration*s)(end)(duration*s)…` as two events a failure: the supply went and came back. A
 * beginning before the year 2000 is not told: the clock had lost its time.
 */
export function powerFailures(
  { values }: P1Object,
  instantOf: (timestamp: string) => number | undefined,
): DecodedEvent[] {
  const [, code = '', ...log] = values;
  const events: DecodedEvent[] = [];
  for (let index = 0; index + 1 < log.length; index += 2) {
    const end = instantOf(log[index]!);
    const seconds = /^(\d{1,10})\*s$/.exec(log[index + 1]!)?.[1];
    if (end === undefined || seconds === undefined) continue;
    const start = end - Number(seconds) * 1000;
    const name = `long power failure of ${Number(seconds)} s`;
    if (start >= FIRST_P1_CLOCK) events.push(event('power-down', start, code, `begin of ${name}`));
    events.push(event('power-up', end, code, `end of ${name}`));
  }
  return events;
}

const event = (
  type: 'power-down' | 'power-up',
  instant: number,
  code: string,
  name: string,
): DecodedEvent => ({
  obis: POWER_FAILURE_LOG,
  code,
  name,
  type,
  time: new Date(instant).toISOString(),
});
