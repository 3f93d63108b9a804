import type { DecodeError } from './decode-error.ts';
import type { DecodedPush } from './measurement.ts';

/** A protocol: a folder beside this file with a `codec.ts` that exports one of these, listed in `registry.ts`. */
export interface ProtocolCodec {
  /** As it is named on the command line. */
  readonly protocol: string;
  readonly standard: string;
  /** How its frames are written down: hexadecimal, one a line, or text of several lines. */
  readonly input: 'hex' | 'text';
  /** Pure; never throws, never empty, and bounded in time and memory by the length of the frame. */
  decode(frame: Uint8Array, options: CodecOptions): readonly (DecodedPush | DecodeError)[];
}

export interface CodecOptions {
  /** AES key of the payload: DLMS global unicast key, M-Bus user key, LoRaWAN AppSKey. */
  readonly encryptionKey?: Uint8Array;
  /** DLMS authentication key, LoRaWAN NwkSKey. */
  readonly authenticationKey?: Uint8Array;
}
