import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { localDay } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact, sum } from './exact.ts';
import type { Period } from './period.ts';
import { ProfileUsage, type MeteredDay } from './profile-usage.ts';
import { members, type RequestedIntervals } from './rating-request.ts';
import { TotalUsage, type MeteredTotals } from './total-usage.ts';
import type { MeteredQuantity, Usage } from './usage.ts';

const CLOCK_CHANGE_MINUTES = 60;
/** Spring and autumn, north and south of the equator. */
const CLOCK_CHANGE_MONTHS = ['03', '04', '09', '10', '11'];
const MINUTE = 60_000;

/** The interval values of one quantity, as they stand in a request. */
interface Channel {
  readonly name: MeteredQuantity;
  readonly values: readonly string[];
}

/**
 * Usage from the interval values of a request, which must cover the period. Without a time zone every day has 24 hours; an
 * hour more or less in spring or autumn is then taken as a change of clocks, of which only the sums are used. A demand given beside the
 * intervals is the one that counts. Refusals: `REQUEST_INVALID`, `INTERVALS_DO_NOT_COVER_PERIOD`.
 */
export function intervalUsage(
  period: Period,
  intervals: RequestedIntervals,
  maxKw: MeteredTotals['maxKw'],
): Usage | Refusal {
  const channels = Object.entries(members).flatMap(([member, name]): Channel[] => {
    const values = intervals[member as keyof typeof members];
    return values ? [{ name, values }] : [];
  });
  const days = daysOf(period, intervals.timeZone);
  const uncovered = channels.map(({ values }) => coverageFault(period, intervals, days, values.length));
  const fault = uncovered.find((one) => one !== undefined);
  if (fault) return fault;
  const measured = isCutIntoDays(intervals, days, channels)
    ? profileUsage(period, intervals, days, channels)
    : new TotalUsage({ totals: sums(channels) });
  return isRefusal(measured) || maxKw === undefined ? measured : withDemand(measured, maxKw);
}

interface Day {
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

function daysOf(period: Period, timeZone = 'UTC'): Day[] {
  return period.days.map((date) => localDay(date, timeZone));
}

const minutesOf = (days: readonly Day[]): number =>
  days.reduce((total, { start, end }) => total + (end - start) / MINUTE, 0);

function coverageFault(
  period: Period,
  { start, minutes, timeZone }: RequestedIntervals,
  days: readonly Day[],
  count: number,
): Refusal | undefined {
  let first: Temporal.PlainDateTime;
  try {
    first = Temporal.PlainDateTime.from(start);
  } catch {
    return refuse(
      'REQUEST_INVALID',
      `usage.intervals.start: "${start}" is no local time such as 2025-07-01T00:00.`,
    );
  }
  const begins = first.equals(Temporal.PlainDate.from(period.start).toPlainDateTime());
  const expected = minutesOf(days);
  const difference = Math.abs(minutes * count - expected);
  const mayChangeClocks =
    !timeZone && period.days.some((date) => CLOCK_CHANGE_MONTHS.includes(date.slice(5, 7)));
  if (begins && (difference === 0 || (difference === CLOCK_CHANGE_MINUTES && mayChangeClocks)))
    return undefined;
  return refuse(
    'INTERVALS_DO_NOT_COVER_PERIOD',
    `The intervals begin at ${start} and last ${minutes * count} minutes; the period begins on ${period.start} at 00:00 and lasts ${expected}. ` +
      'Give a value for every interval of the period.',
  );
}

function isCutIntoDays(
  { minutes }: RequestedIntervals,
  days: readonly Day[],
  channels: readonly Channel[],
): boolean {
  const fill = days.every(({ start, end }) => Number.isInteger((end - start) / MINUTE / minutes));
  return fill && channels.every(({ values }) => values.length * minutes === minutesOf(days));
}

function profileUsage(
  period: Period,
  { minutes, timeZone = 'UTC' }: RequestedIntervals,
  days: readonly Day[],
  channels: readonly Channel[],
): ProfileUsage | Refusal {
  const decimals = Math.max(...channels.flatMap(({ values }) => values.map(decimalsOf)));
  const unitsPerQuantity = 10 ** decimals;
  const profile: Partial<Record<MeteredQuantity, MeteredDay[]>> = {};
  for (const { name, values } of channels) {
    const units = values.map((value) => Math.round(Number(value) * unitsPerQuantity));
    if (units.reduce((total, value) => total + value, 0) > Number.MAX_SAFE_INTEGER)
      return refuse(
        'REQUEST_INVALID',
        `usage.intervals: the values are too large for ${decimals} decimals; give fewer decimals or a shorter period.`,
      );
    let from = 0;
    profile[name] = days.map(({ date, start, end }) => {
      const count = (end - start) / MINUTE / minutes;
      const own = Float64Array.from(units.slice(from, (from += count)));
      return { date, startsAt: start, intervalSeconds: minutes * 60, values: own };
    });
  }
  return new ProfileUsage(period, { days: profile, timeZone, unitsPerQuantity });
}

function decimalsOf(value: string): number {
  const point = value.indexOf('.');
  return point < 0 ? 0 : value.length - point - 1;
}

function sums(channels: readonly Channel[]): MeteredTotals['totals'] {
  return Object.fromEntries(
    channels.map(({ name, values }) => [name, decimalString(sum(values.map(exact)))]),
  );
}

function withDemand(measured: Usage, maxKw: NonNullable<MeteredTotals['maxKw']>): Usage {
  const registers = new TotalUsage({ totals: {}, maxKw });
  return {
    total: (quantity) => measured.total(quantity),
    daily: (quantity) => measured.daily(quantity),
    byTimeOfUse: (quantity, calendar, range) => measured.byTimeOfUse(quantity, calendar, range),
    maximumDemand: (window) =>
      window.quantity === 'import' ? registers.maximumDemand(window) : measured.maximumDemand(window),
    reactive: (quantity, hours, windowMinutes) => measured.reactive(quantity, hours, windowMinutes),
  };
}
