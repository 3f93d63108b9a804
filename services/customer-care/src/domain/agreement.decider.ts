import { create, equals } from '@bufbuild/protobuf';
import {
  AgreementEndedSchema,
  AgreementStartedSchema,
  AgreementTermsChangedSchema,
  AgreementTermsSchema,
  type AgreementStarted,
} from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Decider, type Refusal } from '@metermesh/decider';
import type { Agreement, AgreementEvent } from './agreement.ts';
import { changedTerms, faultOfTerms, startingTerms, termsOn, type TermsChange } from './terms.ts';

export type AgreementCommand =
  | { type: 'start'; started: AgreementStarted }
  | { type: 'change-terms'; agreementId: string; from: string; change: TermsChange }
  | { type: 'end'; agreementId: string; endsOn: string };

type Decision = readonly AgreementEvent[] | Refusal;

/** One agreement. That no two cover the same day of a usage point is the usage point's rule. */
export const agreementDecider: Decider<AgreementCommand, Agreement | undefined, AgreementEvent> = {
  initialState: undefined,
  evolve(state, event) {
    switch (event.$typeName) {
      case 'metermesh.customer_care.v1.AgreementStarted':
        return { started: event, changes: [] };
      case 'metermesh.customer_care.v1.AgreementTermsChanged':
        return state && { ...state, changes: [...state.changes, event] };
      case 'metermesh.customer_care.v1.AgreementEnded':
        return state && { ...state, ended: event };
    }
  },
  decide(command, state) {
    switch (command.type) {
      case 'start':
        return start(command.started, state);
      case 'change-terms':
        return changeTerms(command, state);
      case 'end':
        return end(command, state);
    }
  },
};

/** Months that a billing period may have: parts of a year, or all of it. */
const BILLING_MONTHS: readonly number[] = [1, 2, 3, 6, 12];

function start(started: AgreementStarted, state: Agreement | undefined): Decision {
  if (!state) return faultOf(started) ?? [started];
  if (equals(AgreementStartedSchema, inFull(state.started), inFull(started))) return [];
  return refuse(
    'AGREEMENT_EXISTS',
    `Agreement ${started.agreementId} exists already, with other terms; choose another identifier.`,
  );
}

/** Older agreements do not say what there was no choice about. */
function inFull(started: AgreementStarted): AgreementStarted {
  const { paymentMode } = startingTerms(started);
  return create(AgreementStartedSchema, {
    ...started,
    billingMonths: started.billingMonths || 1,
    paymentMode,
  });
}

function faultOf(started: AgreementStarted): Refusal | undefined {
  const { agreementId, billingDay, billingMonths } = started;
  const fault = faultOfIdentifier('agreement', agreementId) ?? faultOfTerms(startingTerms(started));
  if (fault) return fault;
  if (!Number.isInteger(billingDay) || billingDay < 1 || billingDay > 28) {
    return refuse(
      'BILLING_DAY_INVALID',
      `A billing period begins on day 1 to 28 of the month, not on ${billingDay}.`,
    );
  }
  if (!BILLING_MONTHS.includes(billingMonths || 1)) {
    return refuse(
      'BILLING_MONTHS_INVALID',
      `A billing period has ${BILLING_MONTHS.join(', ')} months, not ${billingMonths}.`,
    );
  }
  return undefined;
}

function changeTerms(
  { agreementId, from, change }: { agreementId: string; from: string; change: TermsChange },
  state: Agreement | undefined,
): Decision {
  if (!state) return refuse('AGREEMENT_NOT_FOUND', `There is no agreement ${JSON.stringify(agreementId)}.`);
  const { started, ended, changes } = state;
  if (from < started.startsOn || (ended && from >= ended.endsOn)) {
    return refuse(
      'TERMS_OUTSIDE_AGREEMENT',
      `Agreement ${agreementId} covers ${started.startsOn} to ${ended?.endsOn ?? 'now'}, the end exclusive; its terms cannot change on ${from}.`,
    );
  }
  const inForce = termsOn(from, started, changes);
  const terms = changedTerms(inForce, change);
  const fault = faultOfTerms(terms);
  if (fault) return fault;
  if (equals(AgreementTermsSchema, inForce, terms)) return [];
  const { customerId, usagePointId } = started;
  return [
    create(AgreementTermsChangedSchema, {
      agreementId,
      customerId,
      usagePointId,
      from,
      terms,
      change: changes.length + 1,
    }),
  ];
}

function end(
  { agreementId, endsOn }: { agreementId: string; endsOn: string },
  state: Agreement | undefined,
): Decision {
  if (!state) return refuse('AGREEMENT_NOT_FOUND', `There is no agreement ${JSON.stringify(agreementId)}.`);
  const { started, ended } = state;
  if (ended) {
    if (ended.endsOn === endsOn) return [];
    return refuse('AGREEMENT_ALREADY_ENDED', `Agreement ${agreementId} ends on ${ended.endsOn} already.`);
  }
  if (endsOn <= started.startsOn) {
    return refuse(
      'END_BEFORE_START',
      `Agreement ${agreementId} starts on ${started.startsOn}; the first day it no longer covers must come after that.`,
    );
  }
  const { customerId, usagePointId } = started;
  return [create(AgreementEndedSchema, { agreementId, customerId, usagePointId, endsOn })];
}
