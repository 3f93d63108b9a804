import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { decimalString, exact, sum } from '../src/domain/rating/exact.ts';
import { periodOf, type Period } from '../src/domain/rating/period.ts';
import { rateBill, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { rationalTotal } from './rational-residential.ts';

const RUNS = { numRuns: 500 };

const tariffs = [await known('kepco/residential-low-voltage'), await known('kepco/residential-high-voltage')];
const anyTariff = fc.constantFrom(...tariffs);
const anyKWh = fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 20_000 }));
const billingMonth = periodsOf(25, 35);
const anyPeriod = periodsOf(1, 35);

describe('a residential bill, whatever the period and the usage', () => {
  it('is the sum of its lines', () => {
    fc.assert(
      fc.property(anyTariff, anyPeriod, anyKWh, (tariff, period, kWh) => {
        const bill = rated(tariff, period, String(kWh));
        expect(decimalString(sum(bill.lines.map((line) => exact(line.amount))))).toBe(bill.total);
      }),
      RUNS,
    );
  });

  it('equals exact rational arithmetic, day by day, to the won', () => {
    fc.assert(
      fc.property(anyTariff, billingMonth, anyKWh, (tariff, period, kWh) => {
        expect(rated(tariff, period, String(kWh)).total).toBe(
          String(rationalTotal(tariff, period.days, BigInt(kWh))),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('never falls when usage rises', () => {
    fc.assert(
      fc.property(
        anyTariff,
        anyPeriod,
        anyKWh,
        fc.integer({ min: 1, max: 50 }),
        (tariff, period, kWh, more) => {
          const less = Number(rated(tariff, period, String(kWh)).total);
          expect(Number(rated(tariff, period, String(kWh + more)).total)).toBeGreaterThanOrEqual(less);
        },
      ),
      RUNS,
    );
  });

  it('loses no kWh to seasons or tiers', () => {
    fc.assert(
      fc.property(anyTariff, billingMonth, anyKWh, (tariff, period, kWh) => {
        const { lines } = rated(tariff, period, String(kWh));
        const bySeason = lines.filter((line) => line.charge === 'climate' && line.to !== undefined);
        const parts = new Map(bySeason.map((line) => [line.season, exact(line.quantity)]));
        if (parts.size > 1) expect(decimalString(sum(parts.values()))).toBe(String(kWh));
        expect([...parts.values()].every((part) => part.isInteger() && !part.isNegative())).toBe(true);

        const inTiers = sum(
          lines
            .filter((line) => line.code.startsWith('energy-tier'))
            .map((line) =>
              exact(line.quantity)
                .times(line.days ?? 1)
                .div(line.ofDays ?? 1),
            ),
        );
        expect(decimalString(inTiers.toDecimalPlaces(30))).toBe(String(kWh));
      }),
      RUNS,
    );
  });
});

function periodsOf(shortest: number, longest: number): fc.Arbitrary<Period> {
  const first = Temporal.PlainDate.from('2021-01-01');
  return fc
    .tuple(fc.integer({ min: 0, max: 5 * 365 }), fc.integer({ min: shortest, max: longest }))
    .map(([day, days]) => {
      const start = first.add({ days: day });
      const period = periodOf(start.toString(), start.add({ days }).toString());
      if (isRefusal(period)) throw new Error(period.message);
      return period;
    });
}

function rated(tariff: Tariff, { start, end }: Period, kWh: string): RatedBill {
  const bill = rateBill(tariff, { start, end, usage: { kWh } });
  if (isRefusal(bill)) throw new Error(bill.message);
  return bill;
}

async function known(id: string): Promise<Tariff> {
  const tariff = await readTariff(id);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  return tariff;
}
