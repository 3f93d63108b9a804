import { timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { EndDeviceControlEvent, EndDeviceControlStatus } from '../domain/end-device-control.ts';

/** One step of a control's story: who did what, when. */
export interface ControlStep {
  status: Exclude<EndDeviceControlStatus, 'NONE'>;
  /** ISO 8601 instant. */
  at: string;
  by?: string;
  note?: string;
}

const iso = (timestamp: Timestamp | undefined): string => new Date(timestampMs(timestamp!)).toISOString();

export function stepOf(event: EndDeviceControlEvent): ControlStep {
  switch (event.$typeName) {
    case 'metermesh.control.v1.EndDeviceControlRequested':
      return { status: 'REQUESTED', at: iso(event.requestedAt), by: event.requestedBy, note: event.reason };
    case 'metermesh.control.v1.EndDeviceControlApproved':
      return { status: 'APPROVED', at: iso(event.approvedAt), by: event.approvedBy };
    case 'metermesh.control.v1.EndDeviceControlRejected':
      return { status: 'REJECTED', at: iso(event.rejectedAt), by: event.rejectedBy, note: event.reason };
    case 'metermesh.control.v1.EndDeviceControlSent':
      return { status: 'SENT', at: iso(event.sentAt), note: `attempt ${event.attempt}` };
    case 'metermesh.control.v1.EndDeviceControlConfirmed':
      return {
        status: 'CONFIRMED',
        at: iso(event.readAt),
        note: `read back: ${event.outputConnected ? 'connected' : 'disconnected'}`,
      };
    case 'metermesh.control.v1.EndDeviceControlFailed':
      return { status: 'FAILED', at: iso(event.failedAt), note: `${event.code}: ${event.message}` };
    case 'metermesh.control.v1.EndDeviceControlExpired':
      return { status: 'EXPIRED', at: iso(event.expiredAt) };
  }
}
