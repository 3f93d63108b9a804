import { timestampMs } from '@bufbuild/protobuf/wkt';
import type {
  BalanceAdjusted,
  BalanceExhausted,
  BalanceRestored,
  ChargedDay,
  DailyUsageCharged,
  DailyUsageCorrected,
  DisconnectionRequested,
  DisconnectionRequestWithdrawn,
  EmergencyCreditUsed,
  LowBalanceReached,
  Period,
  PrepaymentClosed,
  PrepaymentOpened,
  PrepaymentRefunded,
  PrepaymentSettled,
  TopUpCredited,
} from '@metermesh/contracts';
import { decimalString, exact } from '../rating/exact.ts';

export type PrepaymentEvent =
  | PrepaymentOpened
  | TopUpCredited
  | DailyUsageCharged
  | DailyUsageCorrected
  | LowBalanceReached
  | EmergencyCreditUsed
  | BalanceExhausted
  | BalanceRestored
  | BalanceAdjusted
  | DisconnectionRequested
  | DisconnectionRequestWithdrawn
  | PrepaymentClosed
  | PrepaymentRefunded
  | PrepaymentSettled;

/** The credit of one prepaid agreement over one billing period. Amounts are exact decimals in its currency. */
export interface Prepayment {
  readonly opened?: PrepaymentOpened;
  /** As it is by now: an agreement may have ended meanwhile. */
  readonly period?: Period;
  readonly balance: string;
  /** What the days drawn so far come to on the tariff: all charges and corrections together. */
  readonly toDateTotal: string;
  /** The days drawn, from the first of the period without a gap, each with the version that counts. */
  readonly days: readonly ChargedDay[];
  /** What the last days came to, latest last, those before the period included. */
  readonly recentCharges: readonly string[];
  readonly isLow: boolean;
  readonly usesEmergencyCredit: boolean;
  readonly exhausted?: { readonly disconnectableFrom: number | undefined };
  /** Of the disconnection that is asked for. */
  readonly disconnectionRequestId?: string;
  readonly closed?: PrepaymentClosed;
  readonly settled?: PrepaymentSettled;
}

export const unopenedPrepayment: Prepayment = {
  balance: '0',
  toDateTotal: '0',
  days: [],
  recentCharges: [],
  isLow: false,
  usesEmergencyCredit: false,
};

/** More than any policy looks at. */
const RECENT_DAYS_KEPT = 31;

export function evolvePrepayment(state: Prepayment, event: PrepaymentEvent): Prepayment {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.PrepaymentOpened':
      return opened(event);
    case 'metermesh.billing.v1.TopUpCredited':
    case 'metermesh.billing.v1.BalanceAdjusted':
    case 'metermesh.billing.v1.PrepaymentRefunded':
      return { ...state, balance: event.balance };
    case 'metermesh.billing.v1.DailyUsageCharged':
      return {
        ...state,
        balance: event.balance,
        toDateTotal: event.toDateTotal,
        days: [...state.days, event.day!],
        recentCharges: [...state.recentCharges, event.amount].slice(-RECENT_DAYS_KEPT),
      };
    case 'metermesh.billing.v1.DailyUsageCorrected':
      return corrected(state, event);
    case 'metermesh.billing.v1.LowBalanceReached':
      return { ...state, isLow: true };
    case 'metermesh.billing.v1.EmergencyCreditUsed':
      return { ...state, usesEmergencyCredit: true };
    case 'metermesh.billing.v1.BalanceExhausted':
      return { ...state, exhausted: exhaustedAt(event) };
    case 'metermesh.billing.v1.BalanceRestored':
      return { ...state, isLow: event.low, usesEmergencyCredit: false, exhausted: undefined };
    case 'metermesh.billing.v1.DisconnectionRequested':
      return { ...state, disconnectionRequestId: event.requestId };
    case 'metermesh.billing.v1.DisconnectionRequestWithdrawn':
      return { ...state, disconnectionRequestId: undefined };
    case 'metermesh.billing.v1.PrepaymentClosed':
      return { ...state, closed: event };
    case 'metermesh.billing.v1.PrepaymentSettled':
      return { ...state, balance: event.balance, settled: event };
  }
}

function opened(event: PrepaymentOpened): Prepayment {
  return {
    ...unopenedPrepayment,
    opened: event,
    period: event.period,
    balance: event.balance,
    recentCharges: event.recentCharges,
    isLow: event.low,
    usesEmergencyCredit: event.exhausted || exact(event.balance).isNegative(),
    exhausted: event.exhausted ? exhaustedAt(event) : undefined,
    disconnectionRequestId: event.disconnectionRequestId || undefined,
  };
}

function corrected(state: Prepayment, event: DailyUsageCorrected): Prepayment {
  const later = new Map(event.days.map((day) => [day.localDate, day]));
  const kept = event.daysDropped > 0 ? state.days.slice(0, -event.daysDropped) : state.days;
  return {
    ...state,
    period: event.period,
    balance: event.balance,
    toDateTotal: event.toDateTotal,
    days: kept.map((day) => later.get(day.localDate) ?? day),
  };
}

const exhaustedAt = ({ disconnectableFrom }: Pick<BalanceExhausted, 'disconnectableFrom'>) => ({
  disconnectableFrom: disconnectableFrom && timestampMs(disconnectableFrom),
});

/** The first day of the period that is not drawn yet; the period's end where all are. */
export function nextDay({ period, days }: Prepayment, datesOfPeriod: readonly string[]): string {
  return datesOfPeriod[days.length] ?? period!.end;
}

/** Whole days that the credit lasts at the mean of the last `recentDays` charges; undefined where none is known. */
export function daysLeft({ balance, recentCharges }: Prepayment, recentDays: number): number | undefined {
  const recent = recentCharges.slice(-recentDays).map(exact);
  if (recent.length === 0) return undefined;
  const rate = recent.reduce((total, charge) => total.plus(charge), exact(0)).div(recent.length);
  if (!rate.isPositive() || rate.isZero()) return undefined;
  const credit = exact(balance);
  return credit.isNegative() ? 0 : credit.div(rate).floor().toNumber();
}

export const plus = (one: string, other: string): string => decimalString(exact(one).plus(other));
export const minus = (one: string, other: string): string => decimalString(exact(one).minus(other));
