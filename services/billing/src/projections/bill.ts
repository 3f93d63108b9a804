import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  DisputeOutcome,
  type BillingDeterminant,
  type BillLine,
  type BillSegment,
} from '@metermesh/contracts';
import { readingType } from '@metermesh/metering';
import type { BillingCycle, CycleBill, Dispute } from '../domain/billing-cycle/billing-cycle.ts';
import { sourcesOf } from '../domain/billing-cycle/determinant-sources.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';

/** A line as it is shown; what a line does not have is null. Numbers are exact decimals as text. */
export interface ShownLine {
  code: string;
  charge: string;
  description: string;
  quantity: string | null;
  unit: string | null;
  rate: string | null;
  amount: string;
  unrounded: string | null;
  from: string | null;
  to: string | null;
  days: number | null;
  ofDays: number | null;
  tier: number | null;
  timeOfUse: string | null;
  season: string | null;
}

export interface ShownDeterminant {
  code: string;
  quantity: string;
  unit: string;
  of: string | null;
  /** An instant, RFC 3339. */
  at: string | null;
  from: string | null;
  to: string | null;
  days: {
    date: string;
    /** In the determinant's unit. */
    quantity: string;
    version: number;
    /** The LoadProfileValidated event that was used. */
    eventId: string;
    /** Of that event in the log of ingestion; null in bills of before it was kept. */
    eventPosition: string | null;
    missingIntervals: number;
    estimatedIntervals: number;
    suspectIntervals: number;
    readings: { id: string }[];
  }[];
}

export interface ShownSegment {
  start: string;
  end: string;
  tariffId: string;
  contractKw: string | null;
  discounts: string[];
  attributes: Record<string, string>;
}

export interface ShownDispute {
  reason: string;
  disputedAt: Date;
  disputedBy: string;
  outcome: 'REJECTED' | 'UPHELD' | 'WITHDRAWN' | null;
  note: string | null;
  resolvedAt: Date | null;
  resolvedBy: string | null;
}

/** What lists show of a bill. */
export interface ListedBill {
  id: string;
  agreementId: string;
  customerId: string;
  usagePointId: string;
  /** At the end of the period. */
  tariffId: string;
  periodStart: string;
  periodEnd: string;
  timeZone: string;
  currency: string;
  total: string;
  issuedAt: Date;
  issuedBy: string;
  /** 1 for the first bill of a period. */
  revision: number;
  status: 'ISSUED' | 'CANCELLED';
  /** The last day to pay, a local date; null in bills of before there was one. */
  dueOn: string | null;
  /** Bills. */
  replaces: string | null;
  replacedBy: string | null;
  isDisputed: boolean;
}

export interface Bill extends ListedBill {
  lines: ShownLine[];
  determinants: ShownDeterminant[];
  segments: ShownSegment[];
  cancelled: { at: Date; by: string; reason: string } | null;
  disputes: ShownDispute[];
}

/** The bills of a cycle, by revision. */
export function billsOf({ bills, opened }: BillingCycle): Bill[] {
  return bills.map((bill) => shownBill(bill, opened?.timeZone ?? ''));
}

function shownBill({ issued, determinants, cancelled, disputes }: CycleBill, timeZone: string): Bill {
  const { billId, agreementId, customerId, usagePointId, tariffId, currency, total, issuedBy } = issued;
  const { start, end } = issued.period!;
  const latest = disputes.at(-1);
  return {
    id: billId,
    agreementId,
    customerId,
    usagePointId,
    tariffId,
    periodStart: start,
    periodEnd: end,
    timeZone: issued.timeZone || timeZone,
    currency,
    total,
    issuedAt: timestampDate(issued.issuedAt!),
    issuedBy,
    revision: issued.revision || 1,
    status: cancelled ? 'CANCELLED' : 'ISSUED',
    dueOn: issued.dueOn || null,
    replaces: issued.replaces || null,
    replacedBy: cancelled?.replacedBy || null,
    isDisputed: latest !== undefined && !latest.resolved,
    lines: issued.lines.map(shownLine),
    determinants: determinants.map(shownDeterminant),
    segments:
      issued.segments.length > 0
        ? issued.segments.map(shownSegment)
        : [{ start, end, tariffId, contractKw: null, discounts: [], attributes: {} }],
    cancelled: cancelled
      ? { at: timestampDate(cancelled.cancelledAt!), by: cancelled.cancelledBy, reason: cancelled.reason }
      : null,
    disputes: disputes.map(shownDispute),
  };
}

export function shownLine({ code, charge, description, amount, ...line }: BillLine): ShownLine {
  return {
    code,
    charge,
    description,
    quantity: line.quantity || null,
    unit: line.unit || null,
    rate: line.rate || null,
    amount,
    unrounded: line.unrounded || null,
    from: line.from || null,
    to: line.to || null,
    days: line.days || null,
    ofDays: line.ofDays || null,
    tier: line.tier || null,
    timeOfUse: line.timeOfUse || null,
    season: line.season || null,
  };
}

export function shownDeterminant(determinant: BillingDeterminant): ShownDeterminant {
  const { code, quantity, unit, of, at, from, to } = determinant;
  const size = readingType(code)?.displayUnit.size ?? 1;
  return {
    code,
    quantity,
    unit,
    of: of || null,
    at: at || null,
    from: from || null,
    to: to || null,
    days: sourcesOf(determinant).map((source) => ({
      date: source.localDate,
      quantity: decimalString(exact(source.quantity.toString()).div(size)),
      version: Number(source.version),
      eventId: source.eventId,
      eventPosition: source.eventPosition || null,
      missingIntervals: source.missingIntervals,
      estimatedIntervals: source.estimatedIntervals,
      suspectIntervals: source.suspectIntervals,
      readings: source.readingEventIds.map((id) => ({ id })),
    })),
  };
}

export function shownSegment({
  period,
  tariffId,
  contractKw,
  discounts,
  attributes,
}: BillSegment): ShownSegment {
  const { start, end } = period!;
  return {
    start,
    end,
    tariffId,
    contractKw: contractKw || null,
    discounts: [...discounts],
    attributes: { ...attributes },
  };
}

const OUTCOMES = {
  [DisputeOutcome.UNSPECIFIED]: null,
  [DisputeOutcome.REJECTED]: 'REJECTED',
  [DisputeOutcome.UPHELD]: 'UPHELD',
  [DisputeOutcome.WITHDRAWN]: 'WITHDRAWN',
} as const;

function shownDispute({ disputed, resolved }: Dispute): ShownDispute {
  return {
    reason: disputed.reason,
    disputedAt: timestampDate(disputed.disputedAt!),
    disputedBy: disputed.disputedBy,
    outcome: resolved ? (OUTCOMES[resolved.outcome as keyof typeof OUTCOMES] ?? null) : null,
    note: resolved?.note || null,
    resolvedAt: resolved ? timestampDate(resolved.resolvedAt!) : null,
    resolvedBy: resolved?.resolvedBy ?? null,
  };
}
