import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { isDeviceAddress } from '@metermesh/metering';
import { findCodec, isDecodeError, type ProtocolCodec } from '@metermesh/protocols';
import { isDeviceName, type Sender } from '../../domain/sender.ts';
import type { Submission } from '../../submission.ts';
import type { WayIn } from '../../way-in.ts';
import type { FrameSubmissions } from './frame-submissions.ts';

export const HTTP_FRAME = 'http-frame';
export const TCP_FRAME = 'tcp-frame';
/** Octets that ended or went wrong before they were a frame: kept, but nothing can be made of them. */
export const FRAME_FRAGMENT = 'frame-fragment';

/** Errors: PROTOCOL_UNKNOWN, which names those that there are. */
export function codecNamed(protocol: string): ProtocolCodec | Refusal {
  const codec = findCodec(protocol);
  return isDecodeError(codec) ? refuse(codec.code, codec.message) : codec;
}

/** A device as whoever brought its frame calls it: by address (`zigbee:…`) or serial number. */
export function senderNamed(device: string | undefined): Sender | undefined {
  if (device === undefined || !isDeviceName(device)) return undefined;
  return isDeviceAddress(device) ? { addresses: [device], serialNumbers: [] } : { serialNumbers: [device] };
}

/** Octets that are no frame, with the reason. */
export function frameFragment(
  octets: Uint8Array,
  receivedAt: number,
  context: Readonly<Record<string, string>>,
  { code, message }: { code: string; message: string },
): Submission {
  const refusal = refuse(code, message);
  return {
    source: FRAME_FRAGMENT,
    receivedAt,
    payload: octets,
    context,
    sender: refusal,
    open: () => refusal,
  };
}

/** Frames of whoever may speak for any meter, read again as their context says. */
export const wayInOfFrames = (source: string, frames: FrameSubmissions): WayIn => ({
  source,
  async submissionsOf({ payload, receivedAt, context }) {
    const codec = codecNamed(context['protocol'] ?? '');
    if (isRefusal(codec)) return [];
    const named = senderNamed(context['device']);
    return frames.of({ source, codec, octets: payload, receivedAt, context, named });
  },
});
