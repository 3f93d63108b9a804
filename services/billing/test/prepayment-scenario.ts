import { create } from '@bufbuild/protobuf';
import {
  ChargedDaySchema,
  PrepaymentOpenedSchema,
  type ChargedDay,
  type PrepaymentOpened,
} from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import { decimalString, exact } from '../src/domain/rating/exact.ts';
import { periodOf, type Period } from '../src/domain/rating/period.ts';
import type { Circumstances } from '../src/domain/prepayment/balance-watch.ts';
import type { DrawUsage } from '../src/domain/prepayment/draw.ts';
import type { PrepaymentPolicy } from '../src/domain/prepayment/prepayment-policy.ts';

/** A policy of round numbers: low below 10,000 won or three days, 5,000 won on credit, disconnection Monday to Friday, 10 to 15. */
export const policy = (over: Partial<PrepaymentPolicy> = {}): PrepaymentPolicy => ({
  lowBalance: { amount: { KRW: '10000', EUR: '10' }, daysLeft: 3 },
  recentDays: 7,
  emergencyCredit: { KRW: '5000' },
  disconnection: { weekdays: [1, 2, 3, 4, 5], from: '10:00', to: '15:00' },
  ...over,
});

/** Noon of a Wednesday in Seoul. */
export const WEDNESDAY_NOON = Date.parse('2025-10-15T12:00:00+09:00');

export const circumstances = (over: Partial<Circumstances> = {}): Circumstances => ({
  policy: policy(),
  isHoliday: () => false,
  now: WEDNESDAY_NOON,
  ...over,
});

export const october = period('2025-10-01', '2025-11-01');

export function period(start: string, end: string): Period {
  const made = periodOf(start, end);
  if (isRefusal(made)) throw new Error(made.message);
  return made;
}

export const opened = (
  balance: string,
  over: Partial<Pick<PrepaymentOpened, 'currency' | 'recentCharges' | 'low' | 'exhausted'>> = {},
) =>
  create(PrepaymentOpenedSchema, {
    agreementId: 'AGR-1',
    customerId: 'CUST-1',
    usagePointId: 'UP-1',
    period: { start: october.start, end: october.end },
    timeZone: 'Asia/Seoul',
    currency: 'KRW',
    balance,
    ...over,
  });

export const chargedDay = (localDate: string, version = 1n): ChargedDay =>
  create(ChargedDaySchema, { localDate, version, eventId: `validated-${localDate}-${version}` });

/** Draws the first `amounts.length` days of October, each costing what it says. */
export function drawing(
  amounts: readonly number[],
  over: { versions?: readonly bigint[]; period?: Period; circumstances?: Partial<Circumstances> } = {},
): { type: 'draw' } & DrawUsage {
  const { versions = [], period = october } = over;
  return {
    type: 'draw',
    period,
    complete: amounts.map((_, index) => chargedDay(period.days[index]!, versions[index])),
    totalOf: (days) =>
      decimalString(amounts.slice(0, days).reduce((total, amount) => total.plus(amount), exact(0))),
    circumstances: circumstances(over.circumstances),
  };
}
