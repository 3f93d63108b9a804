import { create, equals } from '@bufbuild/protobuf';
import { AgreementEndedSchema, AgreementStartedSchema, type AgreementStarted } from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Decider, type Refusal } from '@metermesh/decider';
import type { Agreement, AgreementEvent } from './agreement.ts';

export type AgreementCommand =
  { type: 'start'; started: AgreementStarted } | { type: 'end'; agreementId: string; endsOn: string };

type Decision = readonly AgreementEvent[] | Refusal;

/** One agreement. That no two cover the same day of a usage point is the usage point's rule. */
export const agreementDecider: Decider<AgreementCommand, Agreement | undefined, AgreementEvent> = {
  initialState: undefined,
  evolve(state, event) {
    if (event.$typeName === 'metermesh.customer_care.v1.AgreementStarted') return { started: event };
    return state && { ...state, ended: event };
  },
  decide(command, state) {
    return command.type === 'start' ? start(command.started, state) : end(command, state);
  },
};

function start(started: AgreementStarted, state: Agreement | undefined): Decision {
  if (!state) return faultOf(started) ?? [started];
  if (equals(AgreementStartedSchema, state.started, started)) return [];
  return refuse(
    'AGREEMENT_EXISTS',
    `Agreement ${started.agreementId} exists already, with other terms; choose another identifier.`,
  );
}

function faultOf({ agreementId, tariffId, billingDay }: AgreementStarted): Refusal | undefined {
  const fault = faultOfIdentifier('agreement', agreementId);
  if (fault) return fault;
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(tariffId)) {
    return refuse(
      'TARIFF_ID_INVALID',
      `${JSON.stringify(tariffId)} is no tariff; give publisher/name, e.g. kepco/residential-low-voltage.`,
    );
  }
  if (!Number.isInteger(billingDay) || billingDay < 1 || billingDay > 28) {
    return refuse(
      'BILLING_DAY_INVALID',
      `A billing period begins on day 1 to 28 of the month, not on ${billingDay}.`,
    );
  }
  return undefined;
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
