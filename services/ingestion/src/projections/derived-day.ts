import {
  localDaysBetween,
  readingTypeOfChannel,
  withDerived,
  type LocalDay,
  type ProfileDay,
} from '@metermesh/metering';
import {
  intervalsOfRegisters,
  MICRO,
  nearness,
  type RegisterPoint,
} from '../domain/intervals-of-registers.ts';
import { intervalsOfSamples } from '../domain/intervals-of-samples.ts';
import { exactDecimal } from '../domain/whole-units.ts';
import { physicalLimits } from '../vee/physical-limits.ts';
import { validate } from '../vee/validate.ts';
import type { TimeSpan } from './load-profile-answer.ts';

/** What the register of a meter can show. */
export interface Register {
  /** Exact decimal by which what it shows is multiplied. */
  readonly multiplier: string;
  /** Whole digits in the unit that is shown; 0 where not known. */
  readonly dialDigits: number;
}

/** Not more than this is derived anew for one read: a read far in the past beyond it changes nothing. */
const MOST_DAYS = 400;
const DAY = 86_400_000;

/** The local days on which values of intervals can follow from reads between two instants. */
export function daysTouched(
  { from, to }: TimeSpan,
  intervalSeconds: number,
  timeZone: string,
): readonly LocalDay[] {
  const near = nearness(intervalSeconds);
  return [...localDaysBetween(Math.max(from - near, to - MOST_DAYS * DAY), to + near + 1, timeZone)];
}

/** From when to when reads count for a day; those next to that on either side count as well. */
export function readsOfDay({ day, intervalSeconds }: ProfileDay): TimeSpan {
  const near = nearness(intervalSeconds);
  return { from: day.start - near, to: day.end + near };
}

/** Whether there is anything to derive: a slot that nobody reported and that shares an instant with the span. */
export function lacksValues(
  { day, intervalSeconds, slotSources }: ProfileDay,
  { from, to }: TimeSpan,
): boolean {
  const near = nearness(intervalSeconds);
  const step = intervalSeconds * 1000;
  const first = Math.max(0, Math.floor((from - near - day.start) / step));
  const last = Math.min(slotSources.length - 1, Math.floor((to + near - day.start) / step));
  for (let slot = first; slot <= last; slot++) if (slotSources[slot] === -1) return true;
  return false;
}

/**
 * The day with what follows from registers, or samples, in the slots that nobody reported; validated as reported values are.
 *
 * @param day without a derived layer
 */
export function deriveDay(
  day: ProfileDay,
  channel: string,
  reads: readonly RegisterPoint[],
  registerOf: (serialNumber: string) => Register | undefined,
): ProfileDay {
  const type = readingTypeOfChannel(channel);
  if (!type || reads.length === 0) return day;
  const { start } = day.day;
  const { intervalSeconds } = day;
  const grid = { start, intervalSeconds, count: day.values.length };
  const multiplier = Math.max(
    ...reads.map(({ serialNumber }) => Number(registerOf(serialNumber)?.multiplier ?? 1)),
  );
  const derived =
    type.aggregation === 'mean'
      ? intervalsOfSamples(reads, grid)
      : intervalsOfRegisters(reads, grid, {
          capacity: (serialNumber) => capacityOf(registerOf(serialNumber), type.displayUnit.size),
          hourlyMaximum: physicalLimits(channel, 3600, multiplier).most,
        });
  const validated = validate({ readingType: channel, start, intervalSeconds, ...derived }, multiplier);
  return withDerived(day, validated, derived.from);
}

/** Where the register begins again at 0, in {@link MICRO}ths of the unit, with the meter's multiplier applied. */
function capacityOf(register: Register | undefined, displayUnitSize: number): bigint | undefined {
  const factor = register?.dialDigits ? exactDecimal(register.multiplier) : undefined;
  if (!factor) return undefined;
  const shown = 10n ** BigInt(register!.dialDigits) * BigInt(displayUnitSize) * MICRO;
  return (shown * factor.digits) / 10n ** BigInt(-factor.exponent);
}
