import { refuse, type Refusal } from '@metermesh/decider';
import { localDay } from '@metermesh/metering';
import { meteredChannels, type BillingBasis } from './billing-basis.ts';
import type { ValidatedDay } from './validated-day.ts';

/** Local dates repeat their shape weekly. */
const WEEK = 7;
const SATURDAY = 6;

/**
 * A basis with what its period is expected to come to: days that are not measured completely are taken to go as the complete
 * ones of their kind (weekday or weekend; of all, where its kind has none yet) in turn, and of what is paid for so that the
 * whole period comes to `expected`.
 *
 * @param basis of a usage point that is known
 * @param expected in the unit of bills; no less than what the complete days come to. Rounded to the reading type's unit
 *
 * Refusal: `READINGS_MISSING`, before the first complete day.
 */
export function withExpectedUsage(basis: BillingBasis, expected: number): BillingBasis | Refusal {
  const { type } = meteredChannels(basis);
  const days = new Map<string, readonly ValidatedDay[]>();
  for (const [code, known] of basis.days) {
    const filled = filledDays(basis, known);
    if (!filled) continue;
    days.set(
      code,
      code === type.code ? scaled(filled, Math.round(expected * type.displayUnit.size)) : ordered(filled),
    );
  }
  if (days.has(type.code)) return { ...basis, days };
  return refuse(
    'READINGS_MISSING',
    `No day from ${basis.period.start} on is measured completely yet, so nothing can be expected; try again in a day or two.`,
  );
}

interface FilledDays {
  readonly complete: readonly ValidatedDay[];
  readonly expected: readonly ValidatedDay[];
}

function filledDays(
  { period, usagePoint }: BillingBasis,
  known: readonly ValidatedDay[],
): FilledDays | undefined {
  const complete = known.filter(({ missingIntervals }) => missingIntervals === 0);
  if (complete.length === 0) return undefined;
  const measured = new Set(complete.map(({ date }) => date));
  const expected = period.days
    .filter((date) => !measured.has(date))
    .map((date, index) => {
      const alike = complete.filter((day) => isWeekend(day.date) === isWeekend(date));
      const models = alike.length > 0 ? alike : complete;
      return dayLike(models[index % models.length]!, date, usagePoint!.timeZone);
    });
  return { complete, expected };
}

/** With as many intervals as the date has: those that a model of 23 hours lacks go as its last. */
function dayLike(model: ValidatedDay, date: string, timeZone: string): ValidatedDay {
  const { start, end } = localDay(date, timeZone);
  const intervals = (end - start) / 1000 / model.intervalSeconds;
  const values = Int32Array.from(
    { length: intervals },
    (_, slot) => model.values[slot] ?? model.values.at(-1)!,
  );
  return { ...model, date, startsAt: start, intervals, values };
}

/** With the expected days scaled to what remains, rounded so that nothing is lost from one interval to the next. */
function scaled({ complete, expected }: FilledDays, total: number): ValidatedDay[] {
  const remaining = Math.max(0, total - sumOf(complete));
  const modelled = sumOf(expected);
  const even = remaining / expected.reduce((count, { intervals }) => count + intervals, 0);
  let exact = 0;
  let given = 0;
  const days = expected.map((day) => ({
    ...day,
    values: day.values.map((value) => {
      exact += modelled === 0 ? even : (value * remaining) / modelled;
      const rounded = Math.round(exact) - given;
      given += rounded;
      return rounded;
    }),
  }));
  return ordered({ complete, expected: days });
}

const ordered = ({ complete, expected }: FilledDays): ValidatedDay[] =>
  [...complete, ...expected.map((day) => ({ ...day, quantity: sumOf([day]) }))].sort((one, other) =>
    one.date < other.date ? -1 : 1,
  );

const sumOf = (days: readonly ValidatedDay[]): number =>
  days.reduce((sum, { values }) => values.reduce((total, value) => total + value, sum), 0);

/** 1970-01-01 was a Thursday. */
function isWeekend(date: string): boolean {
  const weekday = ((Date.parse(date) / 86_400_000 + 3) % WEEK) + 1;
  return weekday >= SATURDAY;
}
