import type { DecodeError } from './decode-error.ts';
import type { ResolveLocalTime } from './dlms/date-time.ts';
import type { DecodedDevice, DecodedPush } from './measurement.ts';
import type { ZigbeeOptions } from './zigbee/decode.ts';

/** A protocol: a folder beside this file with a `codec.ts` that exports one of these, listed in `registry.ts`. */
export interface ProtocolCodec {
  /** As it is named on the command line. */
  readonly protocol: string;
  readonly standard: string;
  /** How its frames are written down: hexadecimal, one a line, or text of several lines. */
  readonly input: 'hex' | 'text';
  /** Pure; never throws, never empty, and bounded in time and memory by the length of the frame. */
  decode(frame: Uint8Array, options: CodecOptions): readonly (DecodedPush | DecodeError)[];
  /**
   * In protocols that can cipher: who sent a frame that only a key opens, as far as it tells in the clear. Undefined where
   * the frame is plain.
   */
  sealedBy?(frame: Uint8Array): DecodedDevice | DecodeError | undefined;
  /** In protocols whose frames may speak for several devices: what a push says, by the device that measured it. */
  byDevice?(push: DecodedPush): readonly DecodedPush[];
  /** Cuts a stream of octets into frames. Absent where a stream carries one frame a line, in hexadecimal. */
  splitter?(): FrameSplitter;
}

/** Cuts a stream into frames, however the network has divided it, and holds back no more than its longest frame. */
export interface FrameSplitter {
  /** How many octets are held back because their frame is not complete. */
  readonly pending: number;
  /** Frames completed by `chunk`, and what went wrong, in the order of the stream. */
  push(chunk: Uint8Array): (Uint8Array | DecodeError)[];
  /** What is left when the stream has ended. */
  end(): (Uint8Array | DecodeError)[];
}

export interface CodecOptions {
  /** AES key of the payload: DLMS global unicast key, M-Bus user key, LoRaWAN AppSKey. */
  readonly encryptionKey?: Uint8Array;
  /** DLMS authentication key, LoRaWAN NwkSKey. */
  readonly authenticationKey?: Uint8Array;
  /** Tells the instants of a clock that does not say how far it is from UTC. */
  readonly resolveLocalTime?: ResolveLocalTime;
  /** What a ZigBee frame leaves to the layers around it, and to the device. */
  readonly zigbee?: ZigbeeOptions;
}
