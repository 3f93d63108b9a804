import { calendarFaults } from './calendar-consistency.ts';
import { chargeFaults } from './charge-consistency.ts';
import { fault, repeated, type Inconsistency } from './inconsistency.ts';
import { seasonFaults } from './season-consistency.ts';
import type { Tariff } from './tariff.ts';

/** What is wrong between the rules of a tariff whose every rule is well formed by itself. */
export function* inconsistencies(tariff: Tariff): Generator<Inconsistency> {
  const { billingMonth, calendars = [], charges, seasons } = tariff;
  const { shortestDays, longestDays } = billingMonth;
  if (shortestDays > longestDays)
    yield fault(['billingMonth'], `shortestDays ${shortestDays} is above longestDays ${longestDays}`);
  const seasonsAreWrong = [...seasonFaults(seasons, ['seasons'])];
  yield* seasonsAreWrong;
  if (seasonsAreWrong.length > 0) return;
  yield* repeated(
    calendars.map(({ code }) => code),
    (index) => ['calendars', index, 'code'],
  );
  for (const [index, calendar] of calendars.entries())
    yield* calendarFaults(calendar, seasons, ['calendars', index]);
  yield* repeated(
    charges.map(({ code }) => code),
    (index) => ['charges', index, 'code'],
  );
  for (const [index, charge] of charges.entries())
    yield* chargeFaults(tariff, charge, charges.slice(0, index), ['charges', index]);
}
