import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  conformance,
  controlStateOf,
  controlStates,
  decodeAssociationResponse,
  decodeServiceResponse,
  disconnectControl,
  encodeAssociationRequest,
  encodeInitiateRequest,
  encodeReleaseRequest,
  encodeServiceRequest,
  invokeIdAndPriority,
  isDecodeError,
  outputStateOf,
  type AttributeReference,
  type CosemData,
  type MethodReference,
  type ServiceRequest,
} from '@metermesh/protocols';
import { DlmsExchange, NoAnswer } from './dlms-exchange.ts';
import type { DlmsAddress } from './network-address.ts';

export interface SwitchState {
  /** Attribute 2, output_state: whether the supply is physically connected. */
  readonly outputConnected: boolean;
  /** Attribute 3, control_state: 0 disconnected, 1 connected, 2 ready for reconnection. */
  readonly controlState: number;
}

export interface SwitchOperation {
  readonly address: DlmsAddress;
  /** Of low-level security; the lowest level where there is none. */
  readonly password?: Uint8Array;
  readonly action: 'disconnect' | 'reconnect' | 'read';
  /** For the connection and for each answer. */
  readonly timeoutMs: number;
}

const LONGEST_PDU = 1024;

/**
 * Opens an association with the meter, operates its disconnect control where that is asked, and reads it back.
 *
 * Refuses with METER_UNREACHABLE, ASSOCIATION_REFUSED or SWITCH_REFUSED: then the switch has not been moved by us; or with
 * SWITCH_OUTCOME_UNKNOWN: the command had left for the meter when it fell silent, so that only reading it tells.
 */
export async function operateSwitch({
  address,
  password,
  action,
  timeoutMs,
}: SwitchOperation): Promise<SwitchState | Refusal> {
  let hasCommanded = false;
  let exchange: DlmsExchange | undefined;
  try {
    exchange = await DlmsExchange.open(address, timeoutMs);
    const refused = await associate(exchange, password);
    if (refused) return refused;
    if (action !== 'read') {
      hasCommanded = true;
      const method =
        action === 'disconnect' ? disconnectControl.remoteDisconnect : disconnectControl.remoteReconnect;
      const rejected = await invoke(exchange, method);
      if (rejected) return rejected;
    }
    const state = await readBack(exchange);
    await exchange.ask(encodeReleaseRequest()).catch(() => {});
    return isRefusal(state) && hasCommanded ? outcomeUnknown(state.message) : state;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return hasCommanded ? outcomeUnknown(error.message) : unreachable(address, error.message);
  } finally {
    exchange?.close();
  }
}

async function associate(
  exchange: DlmsExchange,
  password: Uint8Array | undefined,
): Promise<Refusal | undefined> {
  const userInformation = encodeInitiateRequest({
    conformance: conformance.get | conformance.action,
    maximumPduSize: LONGEST_PDU,
  });
  const answer = decodeAssociationResponse(
    await exchange.ask(
      encodeAssociationRequest({
        context: 'logical-name',
        mechanism: password ? 'low' : 'lowest',
        authenticationValue: password,
        userInformation,
      }),
    ),
  );
  if (isDecodeError(answer)) return unreadable(answer.message);
  if (answer.result === 'accepted') return undefined;
  return refuse(
    'ASSOCIATION_REFUSED',
    `The meter refused the association (${answer.diagnostic}): check the password among its keys, and the client in its network address.`,
  );
}

async function invoke(exchange: DlmsExchange, target: MethodReference): Promise<Refusal | undefined> {
  const request: ServiceRequest = {
    type: 'action',
    invoke: invokeIdAndPriority(1),
    target,
    parameters: disconnectControl.parameters,
  };
  const answer = decodeServiceResponse(await exchange.ask(encodeServiceRequest(request)));
  if (isDecodeError(answer)) return outcomeUnknown(answer.message);
  if (answer.type === 'action' && answer.result === 'success') return undefined;
  const reason = answer.type === 'action' ? answer.result : answer.type;
  return refuse(
    'SWITCH_REFUSED',
    `The meter did not operate its switch (${reason}): its control mode or its association forbids it.`,
  );
}

async function readBack(exchange: DlmsExchange): Promise<SwitchState | Refusal> {
  const output = await read(exchange, disconnectControl.outputState, 2);
  if (isRefusal(output)) return output;
  const control = await read(exchange, disconnectControl.controlState, 3);
  if (isRefusal(control)) return control;
  const outputConnected = outputStateOf(output);
  const controlState = controlStateOf(control);
  if (outputConnected === undefined || controlState === undefined) {
    return unreadable('its switch state is of no type that the standard gives it');
  }
  return { outputConnected, controlState: controlStates.indexOf(controlState) };
}

async function read(
  exchange: DlmsExchange,
  target: AttributeReference,
  invokeId: number,
): Promise<CosemData | Refusal> {
  const request: ServiceRequest = { type: 'get', invoke: invokeIdAndPriority(invokeId), target };
  const answer = decodeServiceResponse(await exchange.ask(encodeServiceRequest(request)));
  if (isDecodeError(answer)) return unreadable(answer.message);
  if (answer.type === 'get') return answer.value;
  const reason = answer.type === 'get-refused' ? answer.result : answer.type;
  return refuse('SWITCH_REFUSED', `The meter does not let its switch be read (${reason}).`);
}

const unreachable = ({ host, port }: DlmsAddress, reason: string) =>
  refuse(
    'METER_UNREACHABLE',
    `The meter at ${host}:${port} did not answer (${reason}); nothing was switched. Try again later.`,
  );

const unreadable = (reason: string) =>
  refuse('METER_ANSWER_UNREADABLE', `The meter answered what cannot be read: ${reason}.`);

const outcomeUnknown = (reason: string) =>
  refuse(
    'SWITCH_OUTCOME_UNKNOWN',
    `The command was sent, but the meter did not tell its outcome (${reason}): read the switch before anything else.`,
  );
