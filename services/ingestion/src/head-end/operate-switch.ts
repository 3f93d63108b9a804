import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  controlStateOf,
  controlStates,
  disconnectControl,
  invokeMethod,
  isDecodeError,
  outputStateOf,
  readAttribute,
  type ClientAssociation,
  type CosemData,
  type Conversation,
  type DecodeError,
} from '@metermesh/protocols';
import { NoAnswer } from './dlms-exchange.ts';
import { callMeter, unreachable, unreadable, type MeterAccess } from './meter-call.ts';

export interface SwitchState {
  /** Attribute 2, output_state: whether the supply is physically connected. */
  readonly outputConnected: boolean;
  /** Attribute 3, control_state: 0 disconnected, 1 connected, 2 ready for reconnection. */
  readonly controlState: number;
}

export type SwitchAction = 'disconnect' | 'reconnect' | 'read';

/**
 * Opens an association with the meter, operates its disconnect control where that is asked, and reads it back.
 *
 * Refuses with METER_UNREACHABLE, ASSOCIATION_REFUSED or SWITCH_REFUSED: then the switch has not been moved by us; or with
 * SWITCH_OUTCOME_UNKNOWN: the command had left for the meter when it fell silent, so that only reading it tells.
 */
export async function operateSwitch(
  access: MeterAccess,
  action: SwitchAction,
): Promise<SwitchState | Refusal> {
  let hasCommanded = false;
  try {
    return await callMeter(access, async (association, hold) => {
      if (action !== 'read') {
        hasCommanded = true;
        const rejected = await hold(command(association, action));
        if (rejected) return rejected;
      }
      const state = await hold(readBack(association));
      return isRefusal(state) && hasCommanded ? outcomeUnknown(state.message) : state;
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return hasCommanded ? outcomeUnknown(error.message) : unreachable(access.address, error.message);
  }
}

function* command(
  association: ClientAssociation,
  action: 'disconnect' | 'reconnect',
): Conversation<Refusal | undefined> {
  const { remoteDisconnect, remoteReconnect, parameters } = disconnectControl;
  const method = action === 'disconnect' ? remoteDisconnect : remoteReconnect;
  const result = yield* invokeMethod(association, method, parameters);
  if (!isDecodeError(result)) return undefined;
  if (!isRefused(result)) return outcomeUnknown(result.message);
  return refuse(
    'SWITCH_REFUSED',
    `The meter did not operate its switch: its control mode or its association forbids it. ${result.message}`,
  );
}

function* readBack(association: ClientAssociation): Conversation<SwitchState | Refusal> {
  const output = yield* readAttribute(association, disconnectControl.outputState);
  if (isDecodeError(output)) return notRead(output);
  const control = yield* readAttribute(association, disconnectControl.controlState);
  if (isDecodeError(control)) return notRead(control);
  return stateOf(output, control) ?? unreadable('its switch state is of no type that the standard gives it.');
}

function stateOf(output: CosemData, control: CosemData): SwitchState | undefined {
  const outputConnected = outputStateOf(output);
  const controlState = controlStateOf(control);
  if (outputConnected === undefined || controlState === undefined) return undefined;
  return { outputConnected, controlState: controlStates.indexOf(controlState) };
}

/** The meter itself said no, rather than something that cannot be read. */
const isRefused = ({ code }: DecodeError) =>
  code === 'DLMS_ACCESS_REFUSED' || code === 'DLMS_SERVICE_REFUSED';

const notRead = (error: DecodeError) =>
  isRefused(error)
    ? refuse('SWITCH_REFUSED', `The meter does not let its switch be read. ${error.message}`)
    : unreadable(error.message);

const outcomeUnknown = (reason: string) =>
  refuse(
    'SWITCH_OUTCOME_UNKNOWN',
    `The command was sent, but the meter did not tell its outcome (${reason}): read the switch before anything else.`,
  );
