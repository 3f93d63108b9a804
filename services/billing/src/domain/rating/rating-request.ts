import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { exact, sum, type Exact } from './exact.ts';
import { periodOf, type Period } from './period.ts';

const quantity = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'expected a quantity of at least zero, such as "427"'));
const values = z.array(quantity).min(1).max(600_000);
const perUnit = { kWh: values.optional(), m3: values.optional() };

const request = z.strictObject({
  start: z.string(),
  end: z.string(),
  usage: z.strictObject({
    kWh: quantity.optional(),
    m3: quantity.optional(),
    intervals: z
      .strictObject({ start: z.string(), minutes: z.int().min(1).max(1440), ...perUnit })
      .optional(),
  }),
});

/** What to rate: local dates, the end exclusive, and a quantity or interval values in the tariff's unit. */
export type RatingRequest = z.input<typeof request>;
export type Unit = 'kWh' | 'm3';

export interface MeteredUsage {
  readonly period: Period;
  readonly quantity: Exact;
}

const CLOCK_CHANGE_MINUTES = 60;

/** Refusals: `REQUEST_INVALID`, `PERIOD_INVALID`, `PERIOD_TOO_LONG`, `USAGE_UNIT_MISMATCH`, `INTERVALS_DO_NOT_COVER_PERIOD`. */
export function meteredUsage(input: unknown, unit: Unit): MeteredUsage | Refusal {
  const parsed = request.safeParse(input);
  if (!parsed.success)
    return refuse(
      'REQUEST_INVALID',
      parsed.error.issues
        .map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`)
        .join('; '),
    );
  const { start, end, usage } = parsed.data;
  const period = periodOf(start, end);
  if (isRefusal(period)) return period;

  const total = usage[unit];
  const intervals = usage.intervals?.[unit];
  if (total !== undefined && intervals)
    return refuse('REQUEST_INVALID', `usage: give ${unit} either as a total or as intervals, not both.`);
  if (total !== undefined) return { period, quantity: exact(total) };
  if (!usage.intervals || !intervals)
    return refuse(
      'USAGE_UNIT_MISMATCH',
      `The tariff rates ${unit}; give usage.${unit} or usage.intervals.${unit}.`,
    );
  return (
    uncovered(period, usage.intervals.start, usage.intervals.minutes * intervals.length) ?? {
      period,
      quantity: sum(intervals.map(exact)),
    }
  );
}

/** Without a time zone, a period may be an hour shorter or longer than its days: clocks may have changed in it. */
function uncovered(period: Period, start: string, minutes: number): Refusal | undefined {
  let first: Temporal.PlainDateTime;
  try {
    first = Temporal.PlainDateTime.from(start);
  } catch {
    return refuse(
      'REQUEST_INVALID',
      `usage.intervals.start: "${start}" is no local time such as 2025-07-01T00:00.`,
    );
  }
  const expected = period.days.length * 24 * 60;
  const begins = first.equals(Temporal.PlainDate.from(period.start).toPlainDateTime());
  if (begins && Math.abs(minutes - expected) <= CLOCK_CHANGE_MINUTES) return undefined;
  return refuse(
    'INTERVALS_DO_NOT_COVER_PERIOD',
    `The intervals begin at ${start} and last ${minutes} minutes; the period begins on ${period.start} at 00:00 and lasts ${expected}. ` +
      'Give a value for every interval of the period.',
  );
}
