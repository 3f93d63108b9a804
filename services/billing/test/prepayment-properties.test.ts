import fc from 'fast-check';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { fold, isRefusal, type Refusal } from '@metermesh/decider';
import { billingPeriod, type Agreement } from '../src/domain/billing-cycle/agreement.ts';
import type { BillingBasis } from '../src/domain/billing-cycle/billing-basis.ts';
import { ratePeriod } from '../src/domain/billing-cycle/rate-period.ts';
import type { ValidatedDay } from '../src/domain/billing-cycle/validated-day.ts';
import { chargeable } from '../src/domain/prepayment/chargeable-days.ts';
import { openedWith } from '../src/domain/prepayment/open-prepayment.ts';
import { prepaymentDecider, type PrepaymentCommand } from '../src/domain/prepayment/prepayment.decider.ts';
import type { PrepaymentEvent } from '../src/domain/prepayment/prepayment.ts';
import { decimalString, exact, sum } from '../src/domain/rating/exact.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { agreement as small, day, electricity, termsFrom } from './billing-scenario.ts';
import { kepcoTariff } from './kepco.test-kit.ts';
import { circumstances } from './prepayment-scenario.ts';

const SEOUL = 'Asia/Seoul';
const names = [
  'residential-low-voltage',
  'residential-high-voltage',
  'residential-jeju-time-of-use',
  'general-a-2-high-voltage-a-option-1',
];
const tariffs = new Map<string, Tariff>();
beforeAll(async () => {
  for (const name of names) tariffs.set(`kepco/${name}`, await kepcoTariff(name));
});

/** Readings of one day as they come: the highest version counts. */
interface Arrival {
  readonly place: number;
  readonly wh: number;
  readonly isComplete: boolean;
}

const arrival = (days: number): fc.Arbitrary<Arrival> =>
  fc.record({
    place: fc.nat(days - 1),
    wh: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 400_000 })),
    isComplete: fc.boolean(),
  });

const scenario = fc
  .record({
    month: fc.integer({ min: 1, max: 12 }),
    billingDay: fc.constantFrom(1, 15, 28),
    endsAfter: fc.option(fc.integer({ min: 3, max: 25 }), { nil: undefined }),
    changesAfter: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
    first: fc.constantFrom(...names),
    second: fc.constantFrom(...names),
  })
  .map(({ month, billingDay, endsAfter, changesAfter, first, second }) => {
    const start = `2024-${String(month).padStart(2, '0')}-${String(billingDay).padStart(2, '0')}`;
    const plus = (days: number) => new Date(Date.parse(start) + days * 86_400_000).toISOString().slice(0, 10);
    const common = { contractKw: '3', paymentMode: 'PREPAID' } as const;
    const agreement: Agreement = {
      ...small,
      startsOn: '2024-01-01',
      ...(endsAfter !== undefined && { endsOn: plus(endsAfter) }),
      billingDay,
      terms: [
        termsFrom('2024-01-01', { ...common, tariffId: `kepco/${first}` }),
        ...(changesAfter === undefined
          ? []
          : [termsFrom(plus(changesAfter), { ...common, tariffId: `kepco/${second}` })]),
      ],
    };
    return { agreement, start };
  })
  .chain(({ agreement, start }) => {
    const days = taken(billingPeriod(agreement, start)).days.length;
    const arrivals = fc.array(fc.array(arrival(days), { maxLength: 5 }), { maxLength: 12 });
    return fc.record({
      agreement: fc.constant(agreement),
      start: fc.constant(start),
      arrivals,
      last: fc.array(arrival(1), { minLength: days, maxLength: days }),
    });
  });

describe('prepaid usage', () => {
  it('comes to the bill of the period to the won, in whatever order its days come and are corrected', () => {
    fc.assert(
      fc.property(scenario, ({ agreement, start, arrivals, last }) => {
        const known = new Map<string, ValidatedDay>();
        const period = taken(billingPeriod(agreement, start));
        const basis = (): BillingBasis => ({
          agreement,
          period,
          usagePoint: { timeZone: SEOUL, serviceKind: 'ELECTRICITY' },
          tariffs,
          days: new Map([
            [electricity.code, [...known.values()].toSorted((a, b) => Number(a.date > b.date) - 1)],
          ]),
        });
        const events: PrepaymentEvent[] = [];
        const decide = (command: PrepaymentCommand) =>
          events.push(...taken(prepaymentDecider.decide(command, fold(prepaymentDecider, events))));
        const arrive = ({ place, wh, isComplete }: Arrival) => {
          const date = period.days[place]!;
          const version = (known.get(date)?.version ?? 0n) + 1n;
          known.set(date, quarterHourly(date, wh, { version, missingIntervals: isComplete ? 0 : 1 }));
        };
        const draw = () => {
          const { complete, totalOf } = taken(chargeable(basis()));
          decide({ type: 'draw', period, complete, totalOf, circumstances: circumstances() });
        };

        decide({ type: 'open', opened: openedWith(agreement, { period, timeZone: SEOUL, currency: 'KRW' }) });
        for (const together of arrivals) {
          together.forEach(arrive);
          draw();
        }
        last.forEach(({ wh }, place) => arrive({ place, wh, isComplete: true }));
        draw();

        const bill = taken(ratePeriod(basis()));
        const state = fold(prepaymentDecider, events);
        expect(state.toDateTotal).toBe(bill.total);
        expect(state.days.map(({ localDate }) => localDate)).toEqual(period.days);
        expect(decimalString(sum(events.flatMap(drawnBy).map(exact)))).toBe(bill.total);
        expect(exact(state.balance).plus(bill.total).isZero()).toBe(true);

        decide({
          type: 'settle',
          billId: 'BILL',
          total: bill.total,
          currency: 'KRW',
          circumstances: circumstances(),
        });
        expect(events.at(-1)).toMatchObject({ adjustment: '0' });
      }),
      { numRuns: 60 },
    );
  });
});

/** A day of 96 values, of which one in the day is higher by half of the day's usage. */
function quarterHourly(date: string, wh: number, over: Partial<ValidatedDay>): ValidatedDay {
  const values = new Int32Array(96).fill(Math.floor(wh / 192));
  values[wh % values.length]! += wh - values.reduce((total, value) => total + value, 0);
  return day(date, wh, { intervalSeconds: 900, intervals: values.length, values, ...over }, SEOUL);
}

function drawnBy(event: PrepaymentEvent): string[] {
  return event.$typeName === 'metermesh.billing.v1.DailyUsageCharged' ||
    event.$typeName === 'metermesh.billing.v1.DailyUsageCorrected'
    ? [event.amount]
    : [];
}

function taken<Value>(value: Value | Refusal): Value {
  if (isRefusal(value)) throw new Error(`${value.code}: ${value.message}`);
  return value;
}
