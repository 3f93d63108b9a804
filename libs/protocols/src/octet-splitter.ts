import { isDecodeError, type DecodeError } from './decode-error.ts';
import type { FrameSplitter } from './protocol-codec.ts';

interface PlacedSplitter {
  readonly pending: number;
  push(chunk: Uint8Array): (PlacedFrame | DecodeError)[];
  end(): (PlacedFrame | DecodeError)[];
}

interface PlacedFrame {
  readonly octets: Uint8Array;
}

/** The octets alone of a splitter that also tells where in the stream its frames begin. */
export function octetSplitter(splitter: PlacedSplitter): FrameSplitter {
  const octetsOf = (found: (PlacedFrame | DecodeError)[]) =>
    found.map((frame) => (isDecodeError(frame) ? frame : frame.octets));
  return {
    get pending() {
      return splitter.pending;
    },
    push: (chunk) => octetsOf(splitter.push(chunk)),
    end: () => octetsOf(splitter.end()),
  };
}
