import { DecodeError, isDecodeError } from '../decode-error.ts';
import type { DecodedPush } from '../measurement.ts';
import type { FrameSplitter, ProtocolCodec } from '../protocol-codec.ts';
import { decodeSmlFrame, decodeSmlMessages } from './push.ts';
import { SmlSplitter, splitSml, type SmlFrame } from './splitter.ts';

/** First octet of a message, a list of six. */
const MESSAGE = 0x76;

function decode(stream: Uint8Array): (DecodedPush | DecodeError)[] {
  if (stream[0] === MESSAGE) return decodeSmlMessages(stream);
  const found = splitSml(stream);
  if (found.length === 0) {
    return [
      new DecodeError(
        'SML_FRAME_MISSING',
        'There is no SML frame here: one begins with 1B1B1B1B01010101.',
        0,
      ),
    ];
  }
  return found.flatMap((item) => (isDecodeError(item) ? [item] : decodeSmlFrame(item)));
}

function splitter(): FrameSplitter {
  const frames = new SmlSplitter();
  const octetsOf = (found: (SmlFrame | DecodeError)[]) =>
    found.map((item) => (isDecodeError(item) ? item : item.octets));
  return {
    get pending() {
      return frames.pending;
    },
    push: (chunk) => octetsOf(frames.push(chunk)),
    end: () => frames.end(),
  };
}

export const sml: ProtocolCodec = {
  protocol: 'sml',
  standard: 'SML 1.04 (BSI TR-03109-1, annex IV; DIN EN 62056-5-3-8), transport version 1',
  input: 'hex',
  decode,
  splitter,
};
