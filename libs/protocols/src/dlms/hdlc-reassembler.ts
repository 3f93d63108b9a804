import { DecodeError } from '../decode-error.ts';
import { stripLlc } from './llc.ts';
import type { HdlcAddress, HdlcFrame } from './hdlc.ts';

/** More than any APDU has. */
const MAX_APDU = 1 << 20;

/**
 * Joins the information of segmented frames (IEC 62056-46, 6.4.4.5), sender by sender, and takes the LLC header off.
 * Keeps one unfinished APDU for each of at most 64 senders; the oldest gives way.
 */
export class HdlcReassembler {
  readonly #unfinished = new Map<string, Uint8Array[]>();

  /** The APDU that `frame` completes; `undefined` where more is to come or the frame carries none. */
  push(frame: HdlcFrame): Uint8Array | DecodeError | undefined {
    if (frame.information.length === 0) return undefined;
    const sender = addressKey(frame.source);
    const parts = this.#unfinished.get(sender) ?? [];
    this.#unfinished.delete(sender);
    parts.push(frame.information);
    const length = parts.reduce((total, part) => total + part.length, 0);
    if (length > MAX_APDU) {
      return new DecodeError('DLMS_FRAME_TOO_LONG', `The segments join to more than ${MAX_APDU} octets.`, 0);
    }
    if (!frame.segmented) return stripLlc(Buffer.concat(parts));
    this.#unfinished.set(sender, parts);
    if (this.#unfinished.size > 64) this.#unfinished.delete(this.#unfinished.keys().next().value!);
    return undefined;
  }

  /** Senders whose last segment has not come. */
  get unfinished(): number {
    return this.#unfinished.size;
  }

  /** Forgets what is unfinished, after a frame was lost: segments that miss one must not be joined. */
  reset(): void {
    this.#unfinished.clear();
  }
}

const addressKey = ({ upper, lower }: HdlcAddress) => `${upper}/${lower ?? ''}`;
