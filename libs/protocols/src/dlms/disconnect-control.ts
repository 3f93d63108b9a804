import type { CosemData } from './axdr.ts';
import { DISCONNECT_CONTROL } from './obis.ts';
import type { AttributeReference, MethodReference } from './service-request.ts';

/** The switch of a supply: disconnect control, class 70 (IEC 62056-6-2, 4.5.8), at 0.0.96.3.10.255. */
const CLASS_ID = 70;
const attribute = (index: number): AttributeReference => ({
  classId: CLASS_ID,
  obis: DISCONNECT_CONTROL,
  attribute: index,
});
const method = (index: number): MethodReference => ({
  classId: CLASS_ID,
  obis: DISCONNECT_CONTROL,
  method: index,
});

export const disconnectControl = {
  classId: CLASS_ID,
  obis: DISCONNECT_CONTROL,
  /** boolean: whether the contacts are closed. */
  outputState: attribute(2),
  /** enum, see {@link controlStateOf}. */
  controlState: attribute(3),
  remoteDisconnect: method(1),
  /** From `disconnected` to `ready-for-reconnection` or `connected`, as the meter's control mode says. */
  remoteReconnect: method(2),
  /** Both methods take integer(0). */
  parameters: { type: 'integer', value: 0 } satisfies CosemData as CosemData,
} as const;

/** By the code on the wire. */
export const controlStates = ['disconnected', 'connected', 'ready-for-reconnection'] as const;
export type ControlState = (typeof controlStates)[number];

/** `undefined` where the value is no control state. */
export function controlStateOf(value: CosemData): ControlState | undefined {
  return value.type === 'enum' ? controlStates[value.value] : undefined;
}

export function encodeControlState(state: ControlState): CosemData {
  return { type: 'enum', value: controlStates.indexOf(state) };
}

/** Whether the supply is on, from output_state; `undefined` where the value is no boolean. */
export function outputStateOf(value: CosemData): boolean | undefined {
  return value.type === 'boolean' ? value.value : undefined;
}
