import { isRefusal } from '@metermesh/decider';
import { localDay } from '@metermesh/metering';
import { periodOf, type Period } from '../src/domain/rating/period.ts';
import { ProfileUsage, type MeteredDay } from '../src/domain/rating/profile-usage.ts';
import { rateBill, type RatedBill, type RatingRequest } from '../src/domain/rating/rate-bill.ts';
import type { MeteredQuantity } from '../src/domain/rating/usage.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { parsed } from './small-tariff.ts';

/** A tariff of those charges, in EUR and kWh, with two seasons and months of 28 to 31 days; nothing is rounded but what is prorated. */
export function tariffOf(charges: readonly object[], more: object = {}): Tariff {
  return parsed({
    id: 'example/of-charges',
    name: { en: 'Of charges' },
    source: 'made up',
    currency: 'EUR',
    unit: 'kWh',
    billingMonth: { shortestDays: 28, longestDays: 31 },
    seasons: [
      { code: 'summer', from: '05-01', to: '09-30' },
      { code: 'winter', from: '10-01', to: '04-30' },
    ],
    proration: { amount: { to: '0.01', mode: 'half-up' } },
    charges: charges.map((charge) => ({ name: { en: 'Charge' }, ...charge })),
    ...more,
  });
}

export const since2024 = <T>(value: T) => [{ from: '2024-01-01', value }];

/** Day from 08:00 to 22:00 on weekdays, else night. */
export const dayAndNight = {
  code: 'day-and-night',
  periods: [
    { code: 'day', name: { en: 'Day' } },
    { code: 'night', name: { en: 'Night' } },
  ],
  rules: since2024([
    {
      dayTypes: ['weekday'],
      hours: [
        { from: '08:00', to: '22:00', period: 'day' },
        { from: '22:00', to: '08:00', period: 'night' },
      ],
    },
    { dayTypes: ['saturday', 'sunday', 'holiday'], hours: [{ from: '00:00', to: '24:00', period: 'night' }] },
  ]),
};

export function bill(tariff: Tariff, request: RatingRequest): RatedBill {
  const rated = rateBill(tariff, request);
  if (isRefusal(rated)) throw new Error(`${rated.code}: ${rated.message}`);
  return rated;
}

/** `code quantity × rate = amount` of each line. */
export function lines(rated: RatedBill): string[] {
  return rated.lines.map(({ code, quantity, rate, amount, days, ofDays }) => {
    const share = days ? ` × ${days}/${ofDays}` : '';
    return `${code} ${quantity} × ${rate}${share} = ${amount}`;
  });
}

export function period(start: string, end: string): Period {
  const found = periodOf(start, end);
  if (isRefusal(found)) throw new Error(found.message);
  return found;
}

/** Profiles of a period whose values are given by instant, in whole units of which a thousand are one of the bill. */
export function profile(
  { start, end }: { start: string; end: string },
  timeZone: string,
  minutes: number,
  channels: Partial<Record<MeteredQuantity, (instant: number, slot: number) => number>>,
): ProfileUsage {
  const whole = period(start, end);
  const days: Partial<Record<MeteredQuantity, MeteredDay[]>> = {};
  for (const [name, valueAt] of Object.entries(channels))
    days[name as MeteredQuantity] = whole.days.map((date) => {
      const day = localDay(date, timeZone);
      const count = (day.end - day.start) / (minutes * 60_000);
      const values = Int32Array.from({ length: count }, (_, slot) =>
        valueAt(day.start + slot * minutes * 60_000, slot),
      );
      return { date, startsAt: day.start, intervalSeconds: minutes * 60, values };
    });
  return new ProfileUsage(whole, { days, timeZone, unitsPerQuantity: 1000 });
}
