import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  DisconnectionProtectionEndedSchema,
  DisconnectionProtectionGrantedSchema,
  type DisconnectionProtectionEnded,
  type DisconnectionProtectionGranted,
} from '@metermesh/contracts';
import { refuse, type Decider } from '@metermesh/decider';
import { faultOfReason } from './payment-fields.ts';

export type DisconnectionProtectionEvent = DisconnectionProtectionGranted | DisconnectionProtectionEnded;

/** Whether a customer may be asked to be disconnected at all. */
export interface DisconnectionProtection {
  readonly granted?: DisconnectionProtectionGranted;
}

export type DisconnectionProtectionCommand = {
  readonly customerId: string;
  readonly reason: string;
  readonly at: number;
  readonly by: string;
} & ({ readonly type: 'grant'; readonly until: string } | { readonly type: 'end' });

export const disconnectionProtectionDecider: Decider<
  DisconnectionProtectionCommand,
  DisconnectionProtection,
  DisconnectionProtectionEvent
> = {
  initialState: {},
  evolve: (_state, event) =>
    event.$typeName === 'metermesh.billing.v1.DisconnectionProtectionGranted' ? { granted: event } : {},
  decide(command, { granted }) {
    const { customerId, by, at } = command;
    const fault = faultOfReason(command.reason);
    if (fault) return fault;
    const reason = command.reason.trim();
    if (command.type === 'grant') {
      const { until } = command;
      if (granted && granted.until === until && granted.reason === reason) return [];
      const grantedAt = timestampFromMs(at);
      return [
        create(DisconnectionProtectionGrantedSchema, { customerId, until, reason, grantedBy: by, grantedAt }),
      ];
    }
    if (!granted)
      return refuse('NOT_PROTECTED', `Customer ${customerId} is not protected from disconnection.`);
    const endedAt = timestampFromMs(at);
    return [create(DisconnectionProtectionEndedSchema, { customerId, reason, endedBy: by, endedAt })];
  },
};
