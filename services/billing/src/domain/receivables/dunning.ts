import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  DisconnectionRequestedSchema,
  DisconnectionRequestWithdrawnSchema,
  DunningStepTakenSchema,
} from '@metermesh/contracts';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact, type Exact } from '../rating/exact.ts';
import { open, paid, type BillFacts, type Receivable, type ReceivableEvent } from './receivable.ts';
import type { DunningPolicy, DunningStep } from './receivables-policy.ts';

/** What is known of the customer and the bill besides the money. */
export interface DunningFacts {
  readonly isDisputed: boolean;
  /** Why the customer is not to be disconnected. */
  readonly protectedBecause?: string;
  /** The customer still has the usage point: whoever came after him owes nothing. */
  readonly hasAgreement: boolean;
}

/** Takes the next step where it is due, on the local day `on`. */
export interface DunReceivable {
  readonly type: 'dun';
  readonly policyId: string;
  readonly policy: DunningPolicy;
  readonly facts: DunningFacts;
  readonly on: string;
  readonly by: string;
}

/** Why a step is not to be taken on a day, in words; empty: nothing speaks against it. */
export function quietReasons(
  { moratoria }: Pick<DunningPolicy, 'moratoria'>,
  action: DunningStep['action'],
  { planId }: Pick<Receivable, 'planId'>,
  { tariffId }: Pick<BillFacts, 'tariffId'>,
  facts: DunningFacts,
  on: string,
): string[] {
  const reasons: string[] = [];
  if (facts.isDisputed) reasons.push('The customer disputes the bill.');
  if (planId) reasons.push(`The bill is paid by instalment plan ${planId}.`);
  if (action === 'notice') return reasons;
  if (facts.protectedBecause !== undefined) reasons.push(facts.protectedBecause);
  if (!facts.hasAgreement) reasons.push('The customer no longer has the usage point.');
  for (const { from, to, tariffs, reason } of moratoria)
    if (tariffs.some((prefix) => tariffId.startsWith(prefix)) && isBetween(on.slice(5), from, to))
      reasons.push(reason);
  return reasons;
}

/** One step a day at most: whoever was not looked at for weeks is still warned before he is disconnected. */
export function dun(
  command: DunReceivable & { readonly bill: BillFacts; readonly at: number },
  state: Receivable,
) {
  const { bill, policy, facts, on } = command;
  if (state.isCancelled) return [];
  if (state.disconnection) {
    const step = policy.steps.at(-1)!;
    const left = atStake(step, state, bill);
    const quiet = quietReasons(policy, step.action, state, bill, facts, on);
    if (quiet.length > 0) return withdrawal(command, state, quiet.join(' '), command.by);
    if (left.lessThan(step.minimumAmount))
      return withdrawal(
        command,
        state,
        `Only ${decimalString(left)} ${bill.currency} are still open.`,
        command.by,
      );
  }
  const step = nextStep(policy, state);
  if (!step || !isDue(step, state, bill.dueOn, on)) return [];
  const left = atStake(step, state, bill);
  if (left.lessThan(step.minimumAmount) || !left.greaterThan(0)) return [];
  if (quietReasons(policy, step.action, state, bill, facts, on).length > 0) return [];
  return taken(command, step, state);
}

/** What a step is taken for: all that is open, but a supply is at stake for the bill alone, never for the fee on it. */
function atStake({ action }: DunningStep, state: Receivable, bill: BillFacts): Exact {
  const left = open(state, bill);
  if (action === 'notice') return left;
  const ofBill = exact(bill.total).minus(paid(state)).minus(state.writtenOff);
  return ofBill.lessThan(left) ? ofBill : left;
}

/** The last step can be repeated where its request was withdrawn; all others are taken once. */
export function nextStep({ steps }: DunningPolicy, state: Receivable): DunningStep | undefined {
  const done = new Set(state.steps.map(({ step }) => step));
  const next = steps.find(({ code }) => !done.has(code));
  if (next) return next;
  const last = steps.at(-1)!;
  return last.action === 'request-disconnection' && !state.disconnection ? last : undefined;
}

function isDue(
  { daysAfterDue, daysAfterPrevious }: DunningStep,
  { steps }: Receivable,
  dueOn: string,
  on: string,
) {
  if (daysBetween(dueOn, on) < daysAfterDue) return false;
  const previous = steps.at(-1);
  return !previous || (previous.on < on && daysBetween(previous.on, on) >= daysAfterPrevious);
}

function taken(
  { bill, policyId, on, at, by }: DunReceivable & { readonly bill: BillFacts; readonly at: number },
  { code: step, action }: DunningStep,
  state: Receivable,
): ReceivableEvent[] {
  const { billId, customerId, agreementId, usagePointId, currency, dueOn } = bill;
  const amount = decimalString(open(state, bill));
  const reason = `${amount} ${currency} of bill ${billId} are open ${daysBetween(dueOn, on)} days after ${dueOn}, the last day to pay.`;
  const owed = { billId, customerId, agreementId, usagePointId, amount, currency, reason };
  const noted = create(DunningStepTakenSchema, {
    ...owed,
    step,
    dueOn,
    takenOn: on,
    policyId,
    takenBy: by,
    takenAt: timestampFromMs(at),
  });
  if (action === 'notice') return [noted];
  const requested = create(DisconnectionRequestedSchema, {
    ...owed,
    requestId: `${billId}-D${state.disconnectionsRequested + 1}`,
    requestedBy: by,
    requestedAt: timestampFromMs(at),
  });
  return [noted, requested];
}

/** Nothing where no request for disconnection stands. */
export function withdrawal(
  { at }: { readonly at: number },
  { disconnection }: Receivable,
  reason: string,
  by: string,
): ReceivableEvent[] {
  if (!disconnection) return [];
  const { requestId, customerId, agreementId, usagePointId, billId } = disconnection;
  const what = { requestId, customerId, agreementId, usagePointId, billId, reason };
  return [
    create(DisconnectionRequestWithdrawnSchema, {
      ...what,
      withdrawnBy: by,
      withdrawnAt: timestampFromMs(at),
    }),
  ];
}

/** Days of the year, both inclusive; the range may go over the year's end. */
function isBetween(day: string, from: string, to: string): boolean {
  return from <= to ? from <= day && day <= to : from <= day || day <= to;
}

const daysBetween = (from: string, to: string): number => Temporal.PlainDate.from(from).until(to).days;
