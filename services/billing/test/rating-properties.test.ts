import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact, sum } from '../src/domain/rating/exact.ts';
import { ProfileUsage } from '../src/domain/rating/profile-usage.ts';
import { chargeAmount, rate, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { period, tariffOf } from './rating.test-kit.ts';
import { rationalBill, type Ratio, type RationalCase } from './rational-bill.ts';

const rounding = fc.record({
  to: fc.constantFrom('1', '0.1', '0.01', '10'),
  mode: fc.constantFrom('down', 'half-up', 'up'),
});
const price = fc.integer({ min: 0, max: 9999 }).map((units) => `0.${String(units).padStart(4, '0')}`);
const signed = fc.tuple(fc.constantFrom('', '-'), price).map(([sign, value]) => `${sign}${value}`);
const rising = fc
  .uniqueArray(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 2 })
  .map((limits) => limits.sort((a, b) => a - b).map(String));
const threePrices = fc.tuple(price, price, price);
/** One value, or two with a change on some day of the three years. */
const changing = <T>(value: fc.Arbitrary<T>) =>
  fc.tuple(value, value, fc.integer({ min: 1, max: 1000 })).map(([before, after, day]) => [
    { from: '2024-01-01', value: before },
    { from: Temporal.PlainDate.from('2024-01-01').add({ days: day }).toString(), value: after },
  ]);

const always = {
  code: 'clock',
  periods: ['day', 'night'].map((code) => ({ code, name: { en: code } })),
  rules: [
    {
      from: '2024-01-01',
      value: [
        {
          hours: [
            { from: '08:00', to: '22:00', period: 'day' },
            { from: '22:00', to: '08:00', period: 'night' },
          ],
        },
      ],
    },
  ],
};

const anyTariff: fc.Arbitrary<Tariff> = fc
  .record({
    rider: changing(signed),
    block: changing(threePrices),
    blockTiers: fc.record({ summer: rising, winter: rising }),
    hours: changing(fc.record({ day: threePrices, night: threePrices })),
    hoursTiers: fc.record({ summer: rising, winter: rising }),
    peak: changing(fc.tuple(price, price)),
    peakTier: fc.integer({ min: 1, max: 12 }).map(String),
    share: fc.integer({ min: 0, max: 100 }).map((percent) => String(percent / 100)),
    limit: fc.integer({ min: 0, max: 200 }).map(String),
    tax: changing(price),
    roundings: fc.array(rounding, { minLength: 8, maxLength: 8 }),
  })
  .map(({ roundings, ...one }) => {
    const from = '2024-01-01';
    const charges = [
      { code: 'rider', kind: 'flat', rate: one.rider },
      { code: 'block', kind: 'progressive', tiers: [{ from, value: one.blockTiers }], rate: one.block },
      {
        code: 'hours',
        kind: 'time-of-use',
        calendar: 'clock',
        tiersBy: 'total',
        tiers: [{ from, value: one.hoursTiers }],
        rate: one.hours,
      },
      {
        code: 'peak',
        kind: 'demand',
        windowMinutes: 60,
        tiers: [{ from, value: [one.peakTier] }],
        rate: one.peak,
      },
      {
        code: 'relief',
        kind: 'discount',
        of: ['rider', 'hours'],
        for: 'relief',
        share: [{ from, value: one.share }],
        limit: [{ from, value: one.limit }],
      },
      { code: 'tax', kind: 'percentage', of: ['rider', 'block', 'hours', 'peak', 'relief'], rate: one.tax },
    ];
    return tariffOf(
      charges.map((charge, index) => ({ ...charge, rounding: roundings[index] })),
      {
        calendars: [always],
        proration: {
          quantity: { to: '1', mode: 'half-up' },
          amount: { to: '0.01', mode: roundings[6]!.mode },
        },
        totalRounding: roundings[7],
      },
    );
  });

const anyCase: fc.Arbitrary<RationalCase> = fc
  .record({
    tariff: anyTariff,
    start: fc.integer({ min: 0, max: 900 }),
    length: fc.integer({ min: 28, max: 31 }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    scale: fc.constantFrom(0, 100, 1000, 3000),
    entitled: fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 31 })),
  })
  .map(({ tariff, start, length, seed, scale, entitled: [first, days] }) => {
    const begin = Temporal.PlainDate.from('2024-01-01').add({ days: start });
    const dates = Array.from({ length }, (_, day) => begin.add({ days: day }).toString());
    const wattHours = dates.map((_, day) =>
      Array.from({ length: 24 }, (_, hour) => (((seed * (day * 24 + hour + 7)) % 997) * scale) % 9973),
    );
    return { tariff, days: dates, wattHours, entitled: { first, last: first + days } };
  });

describe('a bill of tiers, seasons, hours, demand, discounts and taxes', () => {
  it('is what exact fractions say, charge by charge, whatever changes when', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const bill = rated(one);
        const expected = rationalBill(one);
        for (const [code, amount] of expected.amounts)
          expect([code, chargeAmount(bill, code)]).toEqual([code, written(amount)]);
        expect(bill.total).toBe(written(expected.total));
      }),
      { numRuns: 300 },
    );
  });

  it('is the sum of its lines', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const bill = rated(one);
        expect(decimalString(sum(bill.lines.map(({ amount }) => exact(amount))))).toBe(bill.total);
      }),
      { numRuns: 200 },
    );
  });

  it('bills every watt hour once in each charge', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const bill = rated(one);
        const used = exact(one.wattHours.flat().reduce((total, value) => total + value, 0)).div(1000);
        for (const charge of ['rider', 'block', 'hours']) {
          const lines = bill.lines.filter(
            (line) => line.charge === charge && !line.code.endsWith('-rounding'),
          );
          const billed = sum(
            lines.map((line) =>
              exact(line.quantity)
                .times(line.days ?? 1)
                .div(line.ofDays ?? 1),
            ),
          );
          // What is shared among tiers by usage is shown with twelve decimals.
          expect([charge, decimalString(billed.toDecimalPlaces(9))]).toEqual([charge, decimalString(used)]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('costs no less with more usage or demand, and no more with a right to a discount', () => {
    fc.assert(
      fc.property(anyCase, fc.nat({ max: 27 }), fc.nat({ max: 23 }), (one, day, hour) => {
        const rising = { ...one, tariff: withRisingPrices(one.tariff) };
        const more = rising.wattHours.map((values, at) =>
          values.map((value, slot) => (at === day && slot === hour ? value + 5000 : value)),
        );
        const without = { ...rising, entitled: { first: 0, last: 0 } };
        const [base, used, relieved] = [without, { ...without, wattHours: more }, rising].map((each) =>
          exact(rated(each).total),
        );
        expect(used!.greaterThanOrEqualTo(base!)).toBe(true);
        expect(relieved!.lessThanOrEqualTo(base!)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

/** Nothing falls with usage: no credits, and no tier cheaper than the one before it. */
function withRisingPrices(tariff: Tariff): Tariff {
  const ascending = (prices: readonly string[]) => [...prices].sort((a, b) => Number(a) - Number(b));
  const charges = tariff.charges.map((charge) => {
    if (charge.kind === 'flat')
      return {
        ...charge,
        rate: charge.rate.map(({ from, value }) => ({ from, value: (value as string).replace('-', '') })),
      };
    if (charge.kind === 'progressive' || charge.kind === 'demand')
      return {
        ...charge,
        rate: charge.rate.map(({ from, value }) => ({ from, value: ascending(value as string[]) })),
      };
    if (charge.kind === 'time-of-use') {
      const rate = charge.rate.map(({ from, value }) => ({
        from,
        value: Object.fromEntries(
          Object.keys(value).map((code) => [code, ascending(value['day'] as string[])]),
        ),
      }));
      return { ...charge, rate };
    }
    return charge;
  });
  return { ...tariff, charges: charges as Tariff['charges'] };
}

function rated({ tariff, days, wattHours, entitled }: RationalCase): RatedBill {
  const whole = period(days[0]!, Temporal.PlainDate.from(days.at(-1)!).add({ days: 1 }).toString());
  const profile = days.map((date, day) => ({
    date,
    startsAt: Date.parse(date),
    intervalSeconds: 3600,
    values: Int32Array.from(wattHours[day]!),
  }));
  const usage = new ProfileUsage(whole, {
    days: { import: profile },
    timeZone: 'UTC',
    unitsPerQuantity: 1000,
  });
  const dateOf = (place: number) => Temporal.PlainDate.from(days[0]!).add({ days: place }).toString();
  const discounts = [{ code: 'relief', from: dateOf(entitled.first), to: dateOf(entitled.last) }];
  const bill = rate(tariff, { period: whole, usage, discounts });
  if (isRefusal(bill)) throw new Error(`${bill.code}: ${bill.message}`);
  return bill;
}

function written({ n, d }: Ratio): string {
  return decimalString(exact(n.toString()).div(d.toString()));
}
