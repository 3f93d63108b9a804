import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, it } from '@jest/globals';
import {
  ControlKind,
  EndDeviceControlApprovedSchema,
  EndDeviceControlConfirmedSchema,
  EndDeviceControlExpiredSchema,
  EndDeviceControlFailedSchema,
  EndDeviceControlRejectedSchema,
  EndDeviceControlRequestedSchema,
  EndDeviceControlSentSchema,
} from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { endDeviceControlDecider } from './end-device-control.decider.ts';

const { given } = specify(endDeviceControlDecider);

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-23T00:00:00Z');
const EXPIRES = NOW + 24 * HOUR;
const controlId = 'EDC-1';

const request = {
  type: 'request',
  controlId,
  kind: ControlKind.REMOTE_DISCONNECT,
  usagePointId: 'UP-1',
  serialNumber: 'MM-1',
  reason: 'vacant since October',
  by: 'operator-kim',
  at: NOW,
  expiresAt: EXPIRES,
} as const;
const requested = create(EndDeviceControlRequestedSchema, {
  controlId,
  kind: ControlKind.REMOTE_DISCONNECT,
  usagePointId: 'UP-1',
  serialNumber: 'MM-1',
  reason: 'vacant since October',
  requestedBy: 'operator-kim',
  requestedAt: timestampFromMs(NOW),
  expiresAt: timestampFromMs(EXPIRES),
});
const approved = create(EndDeviceControlApprovedSchema, {
  controlId,
  approvedBy: 'supervisor-lee',
  approvedAt: timestampFromMs(NOW + HOUR),
});
const sent = (attempt: number) =>
  create(EndDeviceControlSentSchema, { controlId, attempt, sentAt: timestampFromMs(NOW + HOUR) });
const confirmed = create(EndDeviceControlConfirmedSchema, {
  controlId,
  outputConnected: false,
  readAt: timestampFromMs(NOW + HOUR),
});
const later = { controlId, at: NOW + HOUR } as const;

describe('a request to switch a supply', () => {
  it('is recorded with who asks and why', () => {
    given().when(request).then(requested);
  });
  it('is recorded once, however often it is repeated', () => {
    given(requested)
      .when({ ...request, at: NOW + 5_000 })
      .thenNothing();
  });
  it('is not taken for another one under the same identifier', () => {
    given(requested)
      .when({ ...request, usagePointId: 'UP-2' })
      .thenRefused('CONTROL_ID_TAKEN');
  });
  it('needs a reason', () => {
    given()
      .when({ ...request, reason: '  ' })
      .thenRefused('REASON_MISSING');
  });
  it('must expire, later than now and within a week', () => {
    given()
      .when({ ...request, expiresAt: NOW })
      .thenRefused('EXPIRY_PASSED');
    given()
      .when({ ...request, expiresAt: NOW + 8 * 24 * HOUR })
      .thenRefused('EXPIRY_TOO_LATE');
  });
});

describe('an approval', () => {
  it('by a second person lets the command go out', () => {
    given(requested)
      .when({ type: 'approve', by: 'supervisor-lee', ...later })
      .then(approved);
  });
  it('by the one who asked is refused', () => {
    given(requested)
      .when({ type: 'approve', by: 'operator-kim', ...later })
      .thenRefused('SECOND_PERSON_REQUIRED');
  });
  it('comes too late once the request has expired', () => {
    given(requested)
      .when({ type: 'approve', by: 'supervisor-lee', controlId, at: EXPIRES })
      .thenRefused('CONTROL_EXPIRED');
  });
  it('is given once, and only to a request', () => {
    given(requested, approved)
      .when({ type: 'approve', by: 'supervisor-lee', ...later })
      .thenRefused('CONTROL_STATE_CONFLICT');
    given()
      .when({ type: 'approve', by: 'supervisor-lee', ...later })
      .thenRefused('CONTROL_NOT_FOUND');
  });
});

describe('a rejection', () => {
  const rejected = create(EndDeviceControlRejectedSchema, {
    controlId,
    rejectedBy: 'supervisor-lee',
    reason: 'medical device',
    rejectedAt: timestampFromMs(NOW + HOUR),
  });
  it('stops a request for good', () => {
    given(requested)
      .when({ type: 'reject', by: 'supervisor-lee', reason: 'medical device', ...later })
      .then(rejected);
    given(requested, rejected)
      .when({ type: 'approve', by: 'supervisor-lee', ...later })
      .thenRefused('CONTROL_STATE_CONFLICT');
  });
  it('still stops an approved command that has not gone out, but none that has', () => {
    given(requested, approved)
      .when({ type: 'reject', by: 'supervisor-lee', reason: 'medical device', ...later })
      .then(rejected);
    given(requested, approved, sent(1))
      .when({ type: 'reject', by: 'supervisor-lee', reason: 'medical device', ...later })
      .thenRefused('CONTROL_STATE_CONFLICT');
  });
});

describe('sending', () => {
  it('never happens without approval', () => {
    given(requested)
      .when({ type: 'send', ...later })
      .thenRefused('CONTROL_STATE_CONFLICT');
  });
  it('is counted, and may be repeated while the control is valid', () => {
    given(requested, approved)
      .when({ type: 'send', ...later })
      .then(sent(1));
    given(requested, approved, sent(1))
      .when({ type: 'send', ...later })
      .then(sent(2));
  });
  it('never happens after the control has expired', () => {
    given(requested, approved).when({ type: 'send', controlId, at: EXPIRES }).thenRefused('CONTROL_EXPIRED');
    given(requested, approved, sent(1))
      .when({ type: 'send', controlId, at: EXPIRES })
      .thenRefused('CONTROL_EXPIRED');
  });
});

describe('the outcome', () => {
  it('is confirmed only by reading the switch back in the wanted position', () => {
    given(requested, approved, sent(1))
      .when({ type: 'recordOutcome', outputConnected: false, readAt: NOW + HOUR, ...later })
      .then(confirmed);
  });
  it('is a failure where the switch reads otherwise', () => {
    given(requested, approved, sent(1))
      .when({ type: 'recordOutcome', outputConnected: true, readAt: NOW + HOUR, ...later })
      .then(
        create(EndDeviceControlFailedSchema, {
          controlId,
          code: 'SWITCH_NOT_MOVED',
          message: 'The meter took the command, but its switch reads connected.',
          failedAt: timestampFromMs(NOW + HOUR),
        }),
      );
  });
  it('cannot be recorded for what was never sent, or is over', () => {
    given(requested, approved)
      .when({ type: 'recordOutcome', outputConnected: false, readAt: NOW, ...later })
      .thenRefused('CONTROL_STATE_CONFLICT');
    given(requested, approved, sent(1), confirmed)
      .when({ type: 'recordFailure', code: 'X', message: 'x', ...later })
      .thenRefused('CONTROL_STATE_CONFLICT');
  });
});

describe('a withdrawal', () => {
  const withdraw = { type: 'withdraw', by: 'billing', reason: 'it was paid', ...later } as const;
  it('ends what has not been sent, approved or not, and leaves what has', () => {
    for (const history of [[requested], [requested, approved]])
      given(...history)
        .when(withdraw)
        .then(
          create(EndDeviceControlRejectedSchema, {
            controlId,
            rejectedBy: 'billing',
            reason: 'it was paid',
            rejectedAt: timestampFromMs(NOW + HOUR),
          }),
        );
    for (const history of [[requested, approved, sent(1)], []])
      given(...history)
        .when(withdraw)
        .thenRefused(history.length > 0 ? 'CONTROL_STATE_CONFLICT' : 'CONTROL_NOT_FOUND');
  });
});

describe('expiry', () => {
  const end = { controlId, at: EXPIRES } as const;
  const expired = create(EndDeviceControlExpiredSchema, { controlId, expiredAt: timestampFromMs(EXPIRES) });
  it('ends what was not sent in time', () => {
    given(requested)
      .when({ type: 'expire', ...end })
      .then(expired);
    given(requested, approved)
      .when({ type: 'expire', ...end })
      .then(expired);
  });
  it('of a sent command is an unknown outcome, and said so', () => {
    given(requested, approved, sent(1))
      .when({ type: 'expire', ...end })
      .then(
        create(EndDeviceControlFailedSchema, {
          controlId,
          code: 'OUTCOME_UNKNOWN',
          message: 'The command was sent, but its outcome could not be read back in time.',
          failedAt: timestampFromMs(EXPIRES),
        }),
      );
  });
  it('does not come early', () => {
    given(requested)
      .when({ type: 'expire', ...later })
      .thenRefused('NOT_EXPIRED');
  });
});
