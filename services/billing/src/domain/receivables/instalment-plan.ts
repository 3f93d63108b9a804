import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  InstalmentPlanAgreedSchema,
  InstalmentPlanEndedSchema,
  PlanOutcome,
  type InstalmentPlanAgreed,
  type InstalmentPlanEnded,
} from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact, sum, type Exact } from '../rating/exact.ts';
import { faultOfAmount, faultOfReason } from './payment-fields.ts';

export type InstalmentPlanEvent = InstalmentPlanAgreed | InstalmentPlanEnded;

/** What was agreed on how open bills are paid, and how it ended. */
export interface InstalmentPlan {
  readonly agreed?: InstalmentPlanAgreed;
  readonly ended?: InstalmentPlanEnded;
}

export interface AgreedInstalment {
  readonly dueOn: string;
  readonly amount: string;
}

/** `on` is the local day, `at` the present in milliseconds since 1970, `by` who decides. */
export type InstalmentPlanCommand = {
  readonly planId: string;
  readonly on: string;
  readonly at: number;
  readonly by: string;
} & (
  | {
      readonly type: 'agree';
      readonly customerId: string;
      readonly currency: string;
      readonly bills: readonly { readonly billId: string; readonly amount: string }[];
      readonly instalments: readonly AgreedInstalment[];
      readonly reason: string;
    }
  /** @property open what is open on the bills of the plan now */
  | { readonly type: 'check'; readonly open: string }
  | { readonly type: 'cancel'; readonly open: string; readonly reason: string }
);

type Of<Type extends InstalmentPlanCommand['type']> = Extract<InstalmentPlanCommand, { type: Type }>;

/** Days after its date within which an instalment is still in time: transfers take that long. */
const GRACE_DAYS = 5;
const LONGEST_MONTHS = 36;

export const instalmentPlanDecider: Decider<InstalmentPlanCommand, InstalmentPlan, InstalmentPlanEvent> = {
  initialState: {},
  evolve: (state, event) =>
    event.$typeName === 'metermesh.billing.v1.InstalmentPlanAgreed'
      ? { ...state, agreed: event }
      : { ...state, ended: event },
  decide(command, { agreed, ended }) {
    if (command.type === 'agree') return agree(command, agreed);
    if (!agreed) return refuse('INSTALMENT_PLAN_NOT_FOUND', `There is no instalment plan ${command.planId}.`);
    if (ended) return [];
    return command.type === 'check' ? check(command, agreed) : cancel(command, agreed);
  },
};

function agree(
  command: Of<'agree'>,
  agreed: InstalmentPlanAgreed | undefined,
): readonly InstalmentPlanEvent[] | Refusal {
  const { planId, customerId, currency, bills, instalments, reason, on, at, by } = command;
  const fault =
    faultOfIdentifier('instalment plan', planId) ?? faultOfReason(reason) ?? faultOfInstalments(command);
  if (fault) return fault;
  if (agreed)
    return refuse(
      'INSTALMENT_PLAN_EXISTS',
      `Instalment plan ${planId} was agreed with ${agreed.customerId}; choose another id.`,
    );
  return [
    create(InstalmentPlanAgreedSchema, {
      planId,
      customerId,
      currency,
      bills: bills.map((bill) => ({ ...bill })),
      instalments: instalments.map((instalment) => ({ ...instalment })),
      reason: reason.trim(),
      agreedOn: on,
      agreedAt: timestampFromMs(at),
      agreedBy: by,
    }),
  ];
}

function faultOfInstalments({ instalments, bills, currency, on }: Of<'agree'>): Refusal | undefined {
  const latest = Temporal.PlainDate.from(on).add({ months: LONGEST_MONTHS }).toString();
  let before = on;
  for (const { dueOn, amount } of instalments) {
    const fault = faultOfAmount(amount);
    if (fault) return fault;
    if (dueOn <= before || dueOn > latest)
      return refuse(
        'INSTALMENT_DATES_INVALID',
        `An instalment on ${dueOn} does not come after ${before}, or lies more than ${LONGEST_MONTHS} months ahead.`,
      );
    before = dueOn;
  }
  const open = sum(bills.map(({ amount }) => exact(amount)));
  const agreed = sum(instalments.map(({ amount }) => exact(amount)));
  if (agreed.equals(open)) return undefined;
  return refuse(
    'INSTALMENTS_DO_NOT_ADD_UP',
    `The instalments add up to ${decimalString(agreed)} ${currency}, what is open on the bills to ${decimalString(open)}.`,
  );
}

/** Kept once nothing is open; broken once less was paid than the instalments whose time is over come to. */
function check(command: Of<'check'>, agreed: InstalmentPlanAgreed): readonly InstalmentPlanEvent[] {
  const { open, on } = command;
  if (!exact(open).greaterThan(0)) return [ended(command, agreed, PlanOutcome.KEPT, 'All is paid.')];
  const latest = Temporal.PlainDate.from(on)
    .subtract({ days: GRACE_DAYS + 1 })
    .toString();
  const due = agreed.instalments.filter(({ dueOn }) => dueOn <= latest);
  const owed = sum(due.map(({ amount }) => exact(amount)));
  const paid = paidUnder(agreed, open);
  if (paid.greaterThanOrEqualTo(owed)) return [];
  const reason = `${decimalString(paid)} of the ${decimalString(owed)} ${agreed.currency} due by ${due.at(-1)!.dueOn} were paid.`;
  return [ended(command, agreed, PlanOutcome.DEFAULTED, reason)];
}

function cancel(
  command: Of<'cancel'>,
  agreed: InstalmentPlanAgreed,
): readonly InstalmentPlanEvent[] | Refusal {
  return (
    faultOfReason(command.reason) ?? [ended(command, agreed, PlanOutcome.CANCELLED, command.reason.trim())]
  );
}

const paidUnder = ({ bills }: InstalmentPlanAgreed, open: string): Exact =>
  sum(bills.map(({ amount }) => exact(amount))).minus(open);

function ended(
  { planId, open, on, at, by }: Of<'check' | 'cancel'>,
  agreed: InstalmentPlanAgreed,
  outcome: PlanOutcome,
  reason: string,
): InstalmentPlanEvent {
  return create(InstalmentPlanEndedSchema, {
    planId,
    customerId: agreed.customerId,
    outcome,
    paid: decimalString(paidUnder(agreed, open)),
    reason,
    endedOn: on,
    endedAt: timestampFromMs(at),
    endedBy: by,
  });
}
