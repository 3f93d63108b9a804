import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ChangedDay, LineDifference } from '@metermesh/contracts';
import { readingType } from '@metermesh/metering';
import type { Proposal, ProposalStatus } from '../domain/billing-cycle/billing-cycle.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';
import {
  shownDeterminant,
  shownLine,
  shownSegment,
  type ShownDeterminant,
  type ShownLine,
  type ShownSegment,
} from './bill.ts';

/** What lists show of a proposal. */
export interface ListedProposal {
  id: string;
  agreementId: string;
  customerId: string;
  usagePointId: string;
  periodStart: string;
  periodEnd: string;
  billId: string;
  status: ProposalStatus;
  currency: string;
  previousTotal: string;
  total: string;
  difference: string;
  proposedAt: Date;
  proposedBy: string;
}

export interface RebillProposal extends ListedProposal {
  lineDifferences: ShownDifference[];
  changedDays: ShownChangedDay[];
  lines: ShownLine[];
  determinants: ShownDeterminant[];
  segments: ShownSegment[];
  reason: string | null;
  decidedBy: string | null;
}

/** What a line does not have is null. */
export interface ShownDifference {
  code: string;
  charge: string;
  description: string;
  from: string | null;
  to: string | null;
  previousQuantity: string | null;
  quantity: string | null;
  previousRate: string | null;
  rate: string | null;
  previousAmount: string;
  amount: string;
  difference: string;
}

export interface ShownChangedDay {
  code: string;
  date: string;
  unit: string;
  previousVersion: number | null;
  version: number | null;
  previousQuantity: string | null;
  quantity: string | null;
}

export function shownProposal({ proposed, status, decided }: Proposal): RebillProposal {
  return {
    id: proposed.proposalId,
    agreementId: proposed.agreementId,
    customerId: proposed.customerId,
    usagePointId: proposed.usagePointId,
    periodStart: proposed.period!.start,
    periodEnd: proposed.period!.end,
    billId: proposed.billId,
    status,
    currency: proposed.currency,
    previousTotal: proposed.previousTotal,
    total: proposed.total,
    difference: proposed.difference,
    proposedAt: timestampDate(proposed.proposedAt!),
    proposedBy: proposed.proposedBy,
    lineDifferences: proposed.lineDifferences.map(shownDifference),
    changedDays: proposed.changedDays.map(shownChangedDay),
    lines: proposed.lines.map(shownLine),
    determinants: proposed.determinants.map(shownDeterminant),
    segments: proposed.segments.map(shownSegment),
    reason: decided?.reason ?? null,
    decidedBy: decided?.by ?? null,
  };
}

function shownDifference(line: LineDifference): ShownDifference {
  const { code, charge, description, previousAmount, amount, difference } = line;
  return {
    code,
    charge,
    description,
    from: line.from || null,
    to: line.to || null,
    previousQuantity: line.previousQuantity || null,
    quantity: line.quantity || null,
    previousRate: line.previousRate || null,
    rate: line.rate || null,
    previousAmount,
    amount,
    difference,
  };
}

function shownChangedDay({ code, localDate, ...day }: ChangedDay): ShownChangedDay {
  const { symbol, size } = readingType(code)!.displayUnit;
  const shown = (version: bigint, quantity: bigint) =>
    version === 0n ? null : decimalString(exact(quantity.toString()).div(size));
  return {
    code,
    date: localDate,
    unit: symbol,
    previousVersion: Number(day.previousVersion) || null,
    version: Number(day.version) || null,
    previousQuantity: shown(day.previousVersion, day.previousQuantity),
    quantity: shown(day.version, day.quantity),
  };
}
