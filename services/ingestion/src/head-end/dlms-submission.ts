import { refuse, type Refusal } from '@metermesh/decider';
import type { Submission } from '../submission.ts';
import type { WayIn } from '../way-in.ts';
import { decodeDlmsFrame, senderOfDlmsFrame } from './decode-dlms-frame.ts';

export const DLMS_PUSH = 'dlms-push';
/** Octets that ended or went wrong before they were a frame: kept, but nothing can be made of them. */
export const DLMS_FRAGMENT = 'dlms-fragment';

/** An APDU that a meter pushed. */
export function dlmsSubmission(apdu: Uint8Array, receivedAt: number): Submission {
  return {
    source: DLMS_PUSH,
    receivedAt,
    payload: apdu,
    isLive: true,
    sender: senderOfDlmsFrame(apdu),
    open: (meter) => decodeDlmsFrame(apdu, meter),
  };
}

export const dlmsPush: WayIn = {
  source: DLMS_PUSH,
  submissionsOf: ({ payload, receivedAt }) => [dlmsSubmission(payload, receivedAt)],
};

/** Octets that are no frame, with the reason. */
export function dlmsFragment(
  octets: Uint8Array,
  receivedAt: number,
  { code, message }: { code: string; message: string },
): Submission {
  const refusal: Refusal = refuse(code, message);
  return { source: DLMS_FRAGMENT, receivedAt, payload: octets, sender: refusal, open: () => refusal };
}
