import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, isDecodeError } from '../decode-error.ts';

/** What both ends of a link agree on in SNRM and UA (IEC 62056-46, 6.4.4.4.3.2). */
export interface HdlcParameters {
  /** Octets of information in a frame that this side sends, and that it takes: 128 unless agreed otherwise. */
  readonly maximumTransmit: number;
  readonly maximumReceive: number;
  /** Frames in a row without an acknowledgement, 1 to 7. */
  readonly windowTransmit: number;
  readonly windowReceive: number;
}

export const defaultHdlcParameters: HdlcParameters = {
  maximumTransmit: 128,
  maximumReceive: 128,
  windowTransmit: 1,
  windowReceive: 1,
};

const FORMAT = 0x81;
const GROUP = 0x80;
const MAXIMUM_TRANSMIT = 5;
const MAXIMUM_RECEIVE = 6;
const WINDOW_TRANSMIT = 7;
const WINDOW_RECEIVE = 8;

export function encodeHdlcParameters(parameters: HdlcParameters): Uint8Array {
  const { maximumTransmit, maximumReceive, windowTransmit, windowReceive } = parameters;
  const group = new ByteWriter(24)
    .u8(MAXIMUM_TRANSMIT).u8(2).u16(maximumTransmit)
    .u8(MAXIMUM_RECEIVE).u8(2).u16(maximumReceive)
    .u8(WINDOW_TRANSMIT).u8(4).u32(windowTransmit)
    .u8(WINDOW_RECEIVE).u8(4).u32(windowReceive)
    .finish(); // prettier-ignore
  return new ByteWriter(32).u8(FORMAT).u8(GROUP).u8(group.length).bytes(group).finish();
}

/** What is absent, or cannot be read, is as the standard has it by default. */
export function decodeHdlcParameters(information: Uint8Array): HdlcParameters {
  const found = attempt(() => readGroup(new ByteReader(information)));
  return isDecodeError(found) ? defaultHdlcParameters : found;
}

function readGroup(reader: ByteReader): HdlcParameters {
  const values = new Map<number, number>();
  if (reader.remaining > 0) reader.take(3);
  while (reader.remaining > 0) {
    const parameter = reader.u8();
    let value = 0;
    for (const octet of reader.take(reader.u8())) value = value * 256 + octet;
    values.set(parameter, value);
  }
  const { maximumTransmit, maximumReceive, windowTransmit, windowReceive } = defaultHdlcParameters;
  return {
    maximumTransmit: within(values.get(MAXIMUM_TRANSMIT) ?? maximumTransmit, 32, LONGEST_INFORMATION),
    maximumReceive: within(values.get(MAXIMUM_RECEIVE) ?? maximumReceive, 32, LONGEST_INFORMATION),
    windowTransmit: within(values.get(WINDOW_TRANSMIT) ?? windowTransmit, 1, 7),
    windowReceive: within(values.get(WINDOW_RECEIVE) ?? windowReceive, 1, 7),
  };
}

/** A frame counts its length in 11 bits; 17 octets are header and checks at most. */
export const LONGEST_INFORMATION = 2030;

const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** What this side does after both have spoken: what it proposed, as far as the other takes it. */
export function agreedParameters(own: HdlcParameters, other: HdlcParameters): HdlcParameters {
  return {
    maximumTransmit: Math.min(own.maximumTransmit, other.maximumReceive),
    maximumReceive: Math.min(own.maximumReceive, other.maximumTransmit),
    windowTransmit: Math.min(own.windowTransmit, other.windowReceive),
    windowReceive: Math.min(own.windowReceive, other.windowTransmit),
  };
}
