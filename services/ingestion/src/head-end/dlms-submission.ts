import { refuse, type Refusal } from '@metermesh/decider';
import type { Sender } from '../domain/sender.ts';
import type { Submission } from '../submission.ts';
import type { WayIn } from '../way-in.ts';
import { decodeDlmsFrame, senderOfDlmsFrame } from './decode-dlms-frame.ts';

export const DLMS_PUSH = 'dlms-push';
/** Octets that ended or went wrong before they were a frame: kept, but nothing can be made of them. */
export const DLMS_FRAGMENT = 'dlms-fragment';

/**
 * An APDU that a meter pushed.
 *
 * @param before who spoke before from the same end of the line, for APDUs that do not say whose they are
 */
export function dlmsSubmission(apdu: Uint8Array, receivedAt: number, before?: Sender): Submission {
  const sender = senderOfDlmsFrame(apdu, before);
  return {
    source: DLMS_PUSH,
    receivedAt,
    payload: apdu,
    context: sender === before ? contextOf(before) : undefined,
    isLive: true,
    sender,
    open: (meter) => decodeDlmsFrame(apdu, meter),
  };
}

export const dlmsPush: WayIn = {
  source: DLMS_PUSH,
  submissionsOf: ({ payload, receivedAt, context }) => [
    dlmsSubmission(payload, receivedAt, senderIn(context)),
  ],
};

const contextOf = ({ systemTitle, serialNumbers }: Sender): Record<string, string> =>
  systemTitle === undefined ? { device: serialNumbers[0]! } : { systemTitle };

function senderIn({ device, systemTitle }: Readonly<Record<string, string>>): Sender | undefined {
  if (systemTitle !== undefined) return { systemTitle, serialNumbers: [] };
  return device === undefined ? undefined : { serialNumbers: [device] };
}

/** Octets that are no frame, with the reason. */
export function dlmsFragment(
  octets: Uint8Array,
  receivedAt: number,
  { code, message }: { code: string; message: string },
): Submission {
  const refusal: Refusal = refuse(code, message);
  return { source: DLMS_FRAGMENT, receivedAt, payload: octets, sender: refusal, open: () => refusal };
}
