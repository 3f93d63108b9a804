import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  EndDeviceControlApprovedSchema,
  EndDeviceControlConfirmedSchema,
  EndDeviceControlExpiredSchema,
  EndDeviceControlFailedSchema,
  EndDeviceControlRejectedSchema,
  EndDeviceControlRequestedSchema,
  EndDeviceControlSentSchema,
  type ControlKind,
} from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';
import {
  evolve,
  initialState,
  wantsConnected,
  type EndDeviceControl,
  type EndDeviceControlEvent,
} from './end-device-control.ts';

/** Every command names the control and the instant, in milliseconds since 1970, at which it is given. */
export type EndDeviceControlCommand = { controlId: string; at: number } & (
  | {
      type: 'request';
      kind: ControlKind;
      usagePointId: string;
      serialNumber: string;
      reason: string;
      by: string;
      expiresAt: number;
      /** The unpaid bill that is the reason, where one is. */
      billId?: string;
    }
  | { type: 'approve'; by: string }
  | { type: 'reject'; by: string; reason: string }
  /** By whoever asked, as long as nothing was sent: what was approved was approved for a reason that is gone. */
  | { type: 'withdraw'; by: string; reason: string }
  | { type: 'send' }
  /** What the meter said when its switch was read back after the command. */
  | { type: 'recordOutcome'; outputConnected: boolean; readAt: number }
  | { type: 'recordFailure'; code: string; message: string }
  | { type: 'expire' }
);

const LONGEST_VALIDITY_MS = 7 * 86_400_000;

export const endDeviceControlDecider: Decider<
  EndDeviceControlCommand,
  EndDeviceControl,
  EndDeviceControlEvent
> = {
  initialState,
  evolve,
  decide(command, state) {
    switch (command.type) {
      case 'request':
        return decideRequest(command, state);
      case 'approve':
        return decideApproval(command, state);
      case 'reject':
        return decideRejection(command, state);
      case 'withdraw':
        return decideWithdrawal(command, state);
      case 'send':
        return decideSending(command, state);
      case 'recordOutcome':
        return decideOutcome(command, state);
      case 'recordFailure':
        return decideFailure(command, state);
      case 'expire':
        return decideExpiry(command, state);
    }
  },
};

type Of<Type extends EndDeviceControlCommand['type']> = Extract<EndDeviceControlCommand, { type: Type }>;
type Decision = readonly EndDeviceControlEvent[] | Refusal;

function decideRequest(command: Of<'request'>, state: EndDeviceControl): Decision {
  const { controlId, kind, usagePointId, serialNumber, by, at, expiresAt, billId } = command;
  const reason = command.reason.trim();
  if (state.status !== 'NONE') {
    const same = state.kind === kind && state.usagePointId === usagePointId && state.requestedBy === by;
    return same
      ? []
      : refuse('CONTROL_ID_TAKEN', `Control ${controlId} is another request; ask under a new key.`);
  }
  if (!reason) return refuse('REASON_MISSING', 'Say why the supply is to be switched; it is recorded.');
  if (expiresAt <= at) return refuse('EXPIRY_PASSED', 'expiresAt lies in the past; choose a later instant.');
  if (expiresAt > at + LONGEST_VALIDITY_MS)
    return refuse(
      'EXPIRY_TOO_LATE',
      'A control may wait for seven days at most; choose an earlier expiresAt.',
    );
  return [
    create(EndDeviceControlRequestedSchema, {
      controlId,
      kind,
      usagePointId,
      serialNumber,
      reason,
      requestedBy: by,
      requestedAt: timestampFromMs(at),
      expiresAt: timestampFromMs(expiresAt),
      billId,
    }),
  ];
}

function decideApproval({ controlId, by, at }: Of<'approve'>, state: EndDeviceControl): Decision {
  if (state.status !== 'REQUESTED') return notIn('REQUESTED', controlId, state);
  if (by === state.requestedBy)
    return refuse('SECOND_PERSON_REQUIRED', `${by} asked for this control; somebody else has to approve it.`);
  if (at >= state.expiresAt) return expired(controlId);
  return [
    create(EndDeviceControlApprovedSchema, { controlId, approvedBy: by, approvedAt: timestampFromMs(at) }),
  ];
}

function decideRejection({ controlId, by, reason, at }: Of<'reject'>, state: EndDeviceControl): Decision {
  if (state.status !== 'REQUESTED' && state.status !== 'APPROVED')
    return notIn('REQUESTED or APPROVED', controlId, state);
  if (!reason.trim()) return refuse('REASON_MISSING', 'Say why the control is rejected; it is recorded.');
  return [
    create(EndDeviceControlRejectedSchema, {
      controlId,
      rejectedBy: by,
      reason: reason.trim(),
      rejectedAt: timestampFromMs(at),
    }),
  ];
}

function decideWithdrawal(command: Of<'withdraw'>, state: EndDeviceControl): Decision {
  return decideRejection({ ...command, type: 'reject' }, state);
}

/** Sent again only while it is valid: a switch that was not reached in time stays as it is. */
function decideSending({ controlId, at }: Of<'send'>, state: EndDeviceControl): Decision {
  if (state.status !== 'APPROVED' && state.status !== 'SENT')
    return notIn('APPROVED or SENT', controlId, state);
  if (at >= state.expiresAt) return expired(controlId);
  return [
    create(EndDeviceControlSentSchema, {
      controlId,
      sentAt: timestampFromMs(at),
      attempt: state.attempts + 1,
    }),
  ];
}

function decideOutcome(command: Of<'recordOutcome'>, state: EndDeviceControl): Decision {
  const { controlId, outputConnected, readAt, at } = command;
  if (state.status !== 'SENT') return notIn('SENT', controlId, state);
  if (outputConnected === wantsConnected(state.kind))
    return [
      create(EndDeviceControlConfirmedSchema, {
        controlId,
        outputConnected,
        readAt: timestampFromMs(readAt),
      }),
    ];
  const position = outputConnected ? 'connected' : 'disconnected';
  return [
    failed(
      controlId,
      'SWITCH_NOT_MOVED',
      `The meter took the command, but its switch reads ${position}.`,
      at,
    ),
  ];
}

function decideFailure(
  { controlId, code, message, at }: Of<'recordFailure'>,
  state: EndDeviceControl,
): Decision {
  if (state.status !== 'SENT' && state.status !== 'APPROVED')
    return notIn('APPROVED or SENT', controlId, state);
  return [failed(controlId, code, message, at)];
}

/** A control whose time is over before it was sent did nothing; once sent, its outcome is not known. */
function decideExpiry({ controlId, at }: Of<'expire'>, state: EndDeviceControl): Decision {
  if (at < state.expiresAt) return refuse('NOT_EXPIRED', `Control ${controlId} is still valid.`);
  if (state.status === 'SENT')
    return [
      failed(
        controlId,
        'OUTCOME_UNKNOWN',
        'The command was sent, but its outcome could not be read back in time.',
        at,
      ),
    ];
  if (state.status !== 'REQUESTED' && state.status !== 'APPROVED')
    return notIn('REQUESTED or APPROVED', controlId, state);
  return [create(EndDeviceControlExpiredSchema, { controlId, expiredAt: timestampFromMs(at) })];
}

function failed(controlId: string, code: string, message: string, at: number) {
  return create(EndDeviceControlFailedSchema, { controlId, code, message, failedAt: timestampFromMs(at) });
}

function notIn(wanted: string, controlId: string, { status }: EndDeviceControl): Refusal {
  if (status === 'NONE') return refuse('CONTROL_NOT_FOUND', `There is no control ${controlId}.`);
  return refuse(
    'CONTROL_STATE_CONFLICT',
    `Control ${controlId} is ${status}; this needs one that is ${wanted}.`,
  );
}

function expired(controlId: string): Refusal {
  return refuse('CONTROL_EXPIRED', `The time of control ${controlId} is over; ask for a new one.`);
}
