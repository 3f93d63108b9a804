import { DecodeError, fail } from '../decode-error.ts';
import type { MeterAddress } from './address.ts';
import type { Authentication } from './fragmentation.ts';

/** Sixteen fragments of at most 255 octets: what a message may come to. */
const MAX_OCTETS = 16_384;

interface Pending {
  readonly first: Authentication;
  readonly parts: Uint8Array[];
  octets: number;
  last: number;
}

/** Messages that come in several frames (EN 13757-7, 6.2), put together per sender. */
export class Fragments {
  #pending: Map<string, Pending> | undefined;

  /** The message that a fragment completes; `undefined` while others must follow. Errors: `MBUS_FRAGMENT_MISSING`. */
  join(sender: MeterAddress | undefined, fragment: Authentication): Authentication | undefined {
    const name = sender ? `${sender.manufacturer}-${sender.identification}` : '';
    const { bytes, at, end } = fragment.payload;
    const pending = this.#pending?.get(name);
    if (!pending && !fragment.moreFragments && fragment.fragment <= 1) return fragment;
    if (pending ? fragment.fragment !== pending.last + 1 : fragment.fragment > 1) {
      this.#pending?.delete(name);
      const missing = pending ? pending.last + 1 : 1;
      fail(
        'MBUS_FRAGMENT_MISSING',
        `Fragment ${fragment.fragment} came without fragment ${missing}: give all frames of the message together.`,
        at,
      );
    }
    const known = pending ?? { first: fragment, parts: [], octets: 0, last: 0 };
    known.parts.push(bytes.subarray(at, end));
    known.octets += end - at;
    known.last = fragment.fragment;
    if (known.octets > MAX_OCTETS) {
      this.#pending?.delete(name);
      fail(
        'MBUS_MESSAGE_TOO_LONG',
        `A message of more than ${MAX_OCTETS} octets in fragments is not read.`,
        at,
      );
    }
    if (fragment.moreFragments) {
      (this.#pending ??= new Map()).set(name, known);
      return undefined;
    }
    this.#pending?.delete(name);
    const message = Buffer.concat(known.parts);
    return {
      ...known.first,
      mac: fragment.mac ?? known.first.mac,
      payload: { bytes: message, at: 0, end: message.length },
    };
  }

  /** What is said of messages that were begun and not ended. */
  unfinished(): DecodeError | undefined {
    const [first] = this.#pending ?? [];
    if (!first) return undefined;
    return new DecodeError(
      'MBUS_FRAGMENT_MISSING',
      `The message of ${first[0]} goes on after fragment ${first[1].last}: give all its frames together.`,
      0,
    );
  }
}
