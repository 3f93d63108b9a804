import {
  clientAddress,
  encodeHdlcSegments,
  encodeWrapper,
  HdlcReassembler,
  HdlcSplitter,
  isDecodeError,
  LLC_RESPONSE,
  UNNUMBERED_INFORMATION,
  WrapperSplitter,
} from '@metermesh/protocols';

/** How a concentrator puts what its meters say on one line, and finds in what comes back which meter it is for. */
export interface ConcentratorLine {
  encode(meter: number, apdu: Uint8Array): Uint8Array;
  /** Answers, each for one meter. */
  push(chunk: Uint8Array): { meter: number; apdu: Uint8Array }[];
}

/** Number of the head-end's client, in either framing. */
const HEAD_END = 1;

/** IEC 62056-47: the meter is the wrapper's port. */
export function wrapperLine(): ConcentratorLine {
  const splitter = new WrapperSplitter();
  return {
    encode: (meter, payload) => encodeWrapper({ source: meter, destination: HEAD_END, payload }),
    push: (chunk) =>
      splitter.push(chunk).map((frame) => {
        if (isDecodeError(frame)) throw new Error(frame.message);
        return { meter: frame.destination, apdu: frame.payload };
      }),
  };
}

/** IEC 62056-46: the meter is the physical device of an HDLC address; long APDUs go in segments. */
export function hdlcLine(informationOctets = 512): ConcentratorLine {
  const splitter = new HdlcSplitter();
  const reassembler = new HdlcReassembler();
  return {
    encode: (meter, apdu) =>
      Buffer.concat(
        encodeHdlcSegments(
          Buffer.concat([LLC_RESPONSE, apdu]),
          {
            source: { upper: 1, lower: meter, octets: 4 },
            destination: clientAddress(HEAD_END),
            control: UNNUMBERED_INFORMATION,
          },
          informationOctets,
        ),
      ),
    push: (chunk) =>
      splitter.push(chunk).flatMap((frame) => {
        const apdu = isDecodeError(frame) ? frame : reassembler.push(frame);
        if (isDecodeError(apdu)) throw new Error(apdu.message);
        return apdu && !isDecodeError(frame) ? [{ meter: frame.destination.lower ?? 0, apdu }] : [];
      }),
  };
}
