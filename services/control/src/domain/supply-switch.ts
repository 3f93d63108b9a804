import { refuse, type Decider, type Refusal } from '@metermesh/decider';
import { ControlKind } from '@metermesh/contracts';
import type { EndDeviceControlEvent } from './end-device-control.ts';

/** The switch of one usage point: one command at a time, so that two cannot cross on their way to the meter. */
export interface SupplySwitch {
  readonly underWay: string | undefined;
}

/** Takes the switch for a control that is being requested, or gives it free with the event that ends the control. */
export type SupplySwitchCommand = { usagePointId: string; event: EndDeviceControlEvent };

export const supplySwitchDecider: Decider<SupplySwitchCommand, SupplySwitch, EndDeviceControlEvent> = {
  initialState: { underWay: undefined },
  decide: ({ usagePointId, event }, { underWay }): readonly EndDeviceControlEvent[] | Refusal => {
    const begins = event.$typeName === 'metermesh.control.v1.EndDeviceControlRequested';
    if (begins && underWay !== undefined && underWay !== event.controlId)
      return refuse(
        'CONTROL_UNDER_WAY',
        `Control ${underWay} of usage point ${usagePointId} is under way; wait for its end, or reject it.`,
        {
          controlId: underWay,
        },
      );
    return begins || ends(event) ? [event] : [];
  },
  evolve: (state, event) => {
    if (event.$typeName === 'metermesh.control.v1.EndDeviceControlRequested')
      return { underWay: event.controlId };
    return ends(event) && state.underWay === event.controlId ? { underWay: undefined } : state;
  },
};

function ends({ $typeName }: EndDeviceControlEvent): boolean {
  return (
    $typeName === 'metermesh.control.v1.EndDeviceControlRejected' ||
    $typeName === 'metermesh.control.v1.EndDeviceControlConfirmed' ||
    $typeName === 'metermesh.control.v1.EndDeviceControlFailed' ||
    $typeName === 'metermesh.control.v1.EndDeviceControlExpired'
  );
}

export const kindName = (kind: ControlKind): 'REMOTE_DISCONNECT' | 'REMOTE_RECONNECT' =>
  kind === ControlKind.REMOTE_RECONNECT ? 'REMOTE_RECONNECT' : 'REMOTE_DISCONNECT';
