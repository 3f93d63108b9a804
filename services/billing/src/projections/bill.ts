import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { BillIssued, BillingDeterminant, BillLine } from '@metermesh/contracts';
import { readingType } from '@metermesh/metering';
import type { BillingCycle } from '../domain/billing-cycle/billing-cycle.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';

/** A line as it is shown and kept; what a line does not have is null. Numbers are exact decimals as text. */
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
}

export interface ShownDeterminant {
  code: string;
  quantity: string;
  unit: string;
  days: {
    date: string;
    /** In the determinant's unit. */
    quantity: string;
    version: number;
    missingIntervals: number;
    estimatedIntervals: number;
    suspectIntervals: number;
    readings: { id: string }[];
  }[];
}

export interface Bill {
  id: string;
  agreementId: string;
  customerId: string;
  usagePointId: string;
  tariffId: string;
  periodStart: string;
  periodEnd: string;
  timeZone: string;
  currency: string;
  total: string;
  lines: ShownLine[];
  determinants: ShownDeterminant[];
  issuedAt: Date;
  issuedBy: string;
}

/** The bill of a cycle, undefined until it is issued. */
export function billOf({ bill, opened, determinants }: BillingCycle): Bill | undefined {
  if (!bill) return undefined;
  return {
    ...issuedBill(bill),
    timeZone: opened!.timeZone,
    determinants: determinants.map(shownDeterminant),
  };
}

export function issuedBill(event: BillIssued): Omit<Bill, 'timeZone' | 'determinants'> {
  const { billId, agreementId, customerId, usagePointId, tariffId, currency, total, issuedBy } = event;
  return {
    id: billId,
    agreementId,
    customerId,
    usagePointId,
    tariffId,
    periodStart: event.period!.start,
    periodEnd: event.period!.end,
    currency,
    total,
    lines: event.lines.map(shownLine),
    issuedAt: timestampDate(event.issuedAt!),
    issuedBy,
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
  };
}

export function shownDeterminant({ code, quantity, unit, sources }: BillingDeterminant): ShownDeterminant {
  const size = readingType(code)?.displayUnit.size ?? 1;
  return {
    code,
    quantity,
    unit,
    days: sources.map((source) => ({
      date: source.localDate,
      quantity: decimalString(exact(source.quantity.toString()).div(size)),
      version: Number(source.version),
      missingIntervals: source.missingIntervals,
      estimatedIntervals: source.estimatedIntervals,
      suspectIntervals: source.suspectIntervals,
      readings: source.readingEventIds.map((id) => ({ id })),
    })),
  };
}
