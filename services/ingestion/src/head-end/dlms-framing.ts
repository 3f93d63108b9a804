import type { DecodeError } from '@metermesh/protocols';

/** An APDU that came over a line. */
export interface ArrivedApdu {
  readonly apdu: Uint8Array;
  /** Which of the meters on the line sent it, in the line's own numbers. */
  readonly from: string;
  /** The octets that carry `apdu` back to it; without one those that only say that it came, where the line has any. */
  answer(apdu?: Uint8Array): Uint8Array;
}

/** Octets that are no frame. */
export interface NoFrame {
  readonly octets: Uint8Array;
  readonly why: DecodeError;
}

export interface Received {
  readonly apdus: readonly ArrivedApdu[];
  readonly lost: readonly NoFrame[];
  /** Octets that the line itself wants sent now. */
  readonly send: readonly Uint8Array[];
}

/** How a stream of octets carries APDUs. What it holds back is bounded. */
export interface Framing {
  /** Octets of an APDU that is not complete. */
  readonly held: Uint8Array;
  /** How many octets are {@link held}. */
  readonly pending: number;
  /** After an error nothing can be found in the stream any more. */
  readonly isBroken: boolean;
  push(chunk: Uint8Array): Received;
}

/** Longest APDU accepted, in octets: the most that the wrapper's length can say. */
export const LONGEST_APDU = 65_535;
