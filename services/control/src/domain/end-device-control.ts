import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  ControlKind,
  type EndDeviceControlApproved,
  type EndDeviceControlConfirmed,
  type EndDeviceControlExpired,
  type EndDeviceControlFailed,
  type EndDeviceControlRejected,
  type EndDeviceControlRequested,
  type EndDeviceControlSent,
} from '@metermesh/contracts';

/** What may happen to one command to a meter (an end-device control, IEC 61968-9). */
export type EndDeviceControlEvent =
  | EndDeviceControlRequested
  | EndDeviceControlApproved
  | EndDeviceControlRejected
  | EndDeviceControlSent
  | EndDeviceControlConfirmed
  | EndDeviceControlFailed
  | EndDeviceControlExpired;

export type EndDeviceControlStatus =
  'NONE' | 'REQUESTED' | 'APPROVED' | 'REJECTED' | 'SENT' | 'CONFIRMED' | 'FAILED' | 'EXPIRED';

export interface EndDeviceControl {
  readonly status: EndDeviceControlStatus;
  readonly kind: ControlKind;
  readonly usagePointId: string;
  readonly serialNumber: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** Milliseconds since 1970; not carried out from then on. */
  readonly expiresAt: number;
  /** How often it was sent to the meter. */
  readonly attempts: number;
  /** Why it failed; empty where it did not. */
  readonly failureCode: string;
}

export const initialState: EndDeviceControl = {
  status: 'NONE',
  kind: ControlKind.UNSPECIFIED,
  usagePointId: '',
  serialNumber: '',
  reason: '',
  requestedBy: '',
  expiresAt: 0,
  attempts: 0,
  failureCode: '',
};

export function evolve(state: EndDeviceControl, event: EndDeviceControlEvent): EndDeviceControl {
  switch (event.$typeName) {
    case 'metermesh.control.v1.EndDeviceControlRequested':
      return {
        status: 'REQUESTED',
        kind: event.kind,
        usagePointId: event.usagePointId,
        serialNumber: event.serialNumber,
        reason: event.reason,
        requestedBy: event.requestedBy,
        expiresAt: timestampMs(event.expiresAt!),
        attempts: 0,
        failureCode: '',
      };
    case 'metermesh.control.v1.EndDeviceControlApproved':
      return { ...state, status: 'APPROVED' };
    case 'metermesh.control.v1.EndDeviceControlRejected':
      return { ...state, status: 'REJECTED' };
    case 'metermesh.control.v1.EndDeviceControlSent':
      return { ...state, status: 'SENT', attempts: event.attempt };
    case 'metermesh.control.v1.EndDeviceControlConfirmed':
      return { ...state, status: 'CONFIRMED' };
    case 'metermesh.control.v1.EndDeviceControlFailed':
      return { ...state, status: 'FAILED', failureCode: event.code };
    case 'metermesh.control.v1.EndDeviceControlExpired':
      return { ...state, status: 'EXPIRED' };
  }
}

/** Whether the output is to be connected once the command is carried out. */
export const wantsConnected = (kind: ControlKind): boolean => kind === ControlKind.REMOTE_RECONNECT;
