import { ByteWriter } from '../byte-writer.ts';
import { DecodeError } from '../decode-error.ts';
import { frameCheckSequence } from './frame-check-sequence.ts';

/** A frame of format type 3 (IEC 62056-46, 6.4.1): flag, format, addresses, control, HCS, information, FCS, flag. */
export interface HdlcFrame {
  readonly destination: HdlcAddress;
  readonly source: HdlcAddress;
  readonly control: number;
  /** The information goes on in the next frame. */
  readonly segmented: boolean;
  readonly information: Uint8Array;
}

/** Upper (logical device, or a client's only) and lower (physical device) address, IEC 62056-46, 6.4.2.2. */
export interface HdlcAddress {
  readonly upper: number;
  readonly lower?: number;
  /** Octets on the wire: 1, 2 or 4. */
  readonly octets: 1 | 2 | 4;
}

/** Control field of an unnumbered information frame: how meters push (IEC 62056-46, 6.4.3). */
export const UNNUMBERED_INFORMATION = 0x13;

const FLAG = 0x7e;
const FORMAT_TYPE_3 = 0xa0;
const SEGMENTED = 0x0800;
const MAX_FRAME_LENGTH = 0x7ff;

export const clientAddress = (upper: number): HdlcAddress => ({ upper, octets: 1 });

/** The octets of one frame. Throws a RangeError where the information does not fit in one frame (2,030 octets do). */
export function encodeHdlc(frame: HdlcFrame): Uint8Array {
  const addresses = [...addressOctets(frame.destination), ...addressOctets(frame.source)];
  const hasInformation = frame.information.length > 0;
  const length = 2 + addresses.length + 1 + 2 + (hasInformation ? frame.information.length + 2 : 0);
  if (length > MAX_FRAME_LENGTH) {
    throw new RangeError(`A frame of ${length} octets is too long: segment the information.`);
  }
  const writer = new ByteWriter(length + 2)
    .u16((FORMAT_TYPE_3 << 8) | (frame.segmented ? SEGMENTED : 0) | length)
    .bytes(Uint8Array.from(addresses))
    .u8(frame.control);
  if (hasInformation) writer.bytes(checkOctets(writer.finish())).bytes(frame.information);
  const body = writer.finish();
  return Uint8Array.of(FLAG, ...body, ...checkOctets(body), FLAG);
}

/** `payload` in as many frames as it takes, all but the last marked as segmented. */
export function encodeHdlcSegments(
  payload: Uint8Array,
  header: Pick<HdlcFrame, 'destination' | 'source' | 'control'>,
  maximumInformation = 128,
): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += maximumInformation) {
    const information = payload.subarray(at, at + maximumInformation);
    frames.push(encodeHdlc({ ...header, segmented: at + maximumInformation < payload.length, information }));
  }
  return frames;
}

function addressOctets({ upper, lower = 0, octets }: HdlcAddress): number[] {
  if (octets === 1) return [(upper << 1) | 1];
  if (octets === 2) return [upper << 1, (lower << 1) | 1];
  return [(upper >> 7) << 1, (upper & 0x7f) << 1, (lower >> 7) << 1, ((lower & 0x7f) << 1) | 1];
}

/** Low octet first (IEC 62056-46, 6.4.5). */
function checkOctets(bytes: Uint8Array): Uint8Array {
  const check = frameCheckSequence(bytes);
  return Uint8Array.of(check & 0xff, check >> 8);
}

/**
 * Finds the frames of a serial or TCP stream, however it was divided. What is no frame is skipped up to the next
 * flag that begins one, and answered as one error for each loss: `HDLC_FORMAT_INVALID`, `HDLC_FLAG_MISSING`,
 * `HDLC_HCS_MISMATCH`, `HDLC_FCS_MISMATCH`, `HDLC_ADDRESS_INVALID`. It never holds more than one frame (2,049 octets) back.
 */
export class HdlcSplitter {
  #pending: Uint8Array = new Uint8Array(0);
  #consumed = 0;
  #isLost = false;

  get pending(): number {
    return this.#pending.length;
  }

  push(chunk: Uint8Array): (HdlcFrame | DecodeError)[] {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const found: (HdlcFrame | DecodeError)[] = [];
    let at = 0;
    for (;;) {
      at = frameStart(bytes, at);
      if (at + 3 > bytes.length) break;
      const length = frameLength(bytes, at);
      if (length !== undefined && at + length + 2 > bytes.length) break;
      const frame = readFrame(bytes, at, length, this.#consumed);
      if (frame instanceof DecodeError) {
        if (!this.#isLost) found.push(frame);
        this.#isLost = true;
        at += 1;
      } else {
        found.push(frame);
        this.#isLost = false;
        at += length! + 1; // the closing flag may open the next frame
      }
    }
    this.#consumed += at;
    this.#pending = new Uint8Array(bytes.subarray(at));
    return found;
  }

  /** The stream is over: an error where it broke off inside a frame, after which the frames behind it are tried. */
  end(): (HdlcFrame | DecodeError)[] {
    const found: (HdlcFrame | DecodeError)[] = [];
    while (this.#pending.length > 1) {
      if (!this.#isLost) {
        found.push(
          new DecodeError(
            'FRAME_TRUNCATED',
            'The HDLC frame that begins here is not complete.',
            this.#consumed,
          ),
        );
      }
      this.#isLost = true;
      const rest = this.#pending.subarray(1);
      this.#pending = new Uint8Array(0);
      this.#consumed += 1;
      found.push(...this.push(rest));
    }
    this.#pending = new Uint8Array(0);
    return found;
  }
}

/** All frames in `bytes` and an error for each place that is none. */
export function decodeHdlc(bytes: Uint8Array): (HdlcFrame | DecodeError)[] {
  const splitter = new HdlcSplitter();
  return [...splitter.push(bytes), ...splitter.end()];
}

/** The last of the flags at or after `at`, or the end. */
function frameStart(bytes: Uint8Array, at: number): number {
  let start = bytes.indexOf(FLAG, at);
  if (start < 0) return bytes.length;
  while (bytes[start + 1] === FLAG) start += 1;
  return start;
}

function frameLength(bytes: Uint8Array, flagAt: number): number | undefined {
  const format = (bytes[flagAt + 1]! << 8) | bytes[flagAt + 2]!;
  return format >> 12 === FORMAT_TYPE_3 >> 4 ? format & MAX_FRAME_LENGTH : undefined;
}

function readFrame(
  bytes: Uint8Array,
  flagAt: number,
  length: number | undefined,
  consumed: number,
): HdlcFrame | DecodeError {
  const refuse = (code: string, message: string, at: number) => new DecodeError(code, message, consumed + at);
  if (length === undefined || length < 7) {
    return refuse('HDLC_FORMAT_INVALID', 'No HDLC frame of format type 3 begins at this flag.', flagAt + 1);
  }
  const body = bytes.subarray(flagAt + 1, flagAt + 1 + length);
  if (bytes[flagAt + 1 + length] !== FLAG) {
    return refuse('HDLC_FLAG_MISSING', `No flag closes the frame of ${length} octets.`, flagAt + 1 + length);
  }
  if (!endsWithCheck(body)) {
    return refuse(
      'HDLC_FCS_MISMATCH',
      'The frame check sequence does not match: octets were changed.',
      flagAt,
    );
  }
  const destination = readAddress(body, 2);
  const source = destination && readAddress(body, 2 + destination.octets);
  if (!source) return refuse('HDLC_ADDRESS_INVALID', 'Addresses have 1, 2 or 4 octets.', flagAt + 3);
  const controlAt = 2 + destination.octets + source.octets;
  const headerEnd = controlAt + 3;
  if (controlAt + 3 > length)
    return refuse('HDLC_FORMAT_INVALID', 'The frame has no control field.', flagAt + controlAt);
  const hasInformation = length > headerEnd;
  if (hasInformation && (length < headerEnd + 2 || !endsWithCheck(body.subarray(0, headerEnd)))) {
    return refuse('HDLC_HCS_MISMATCH', 'The header check sequence does not match.', flagAt + headerEnd - 1);
  }
  return {
    destination,
    source,
    control: body[controlAt]!,
    segmented: (body[0]! & (SEGMENTED >> 8)) !== 0,
    information: hasInformation ? new Uint8Array(body.subarray(headerEnd, length - 2)) : new Uint8Array(0),
  };
}

function endsWithCheck(bytes: Uint8Array): boolean {
  const end = bytes.length - 2;
  return frameCheckSequence(bytes.subarray(0, end)) === (bytes[end]! | (bytes[end + 1]! << 8));
}

/** The lowest bit marks an address's last octet. */
function readAddress(body: Uint8Array, at: number): HdlcAddress | undefined {
  const part = (index: number) => body[at + index]! >> 1;
  const octets = body.subarray(at, at + 4).findIndex((octet) => (octet & 1) === 1) + 1;
  if (octets === 1) return { upper: part(0), octets };
  if (octets === 2) return { upper: part(0), lower: part(1), octets };
  if (octets === 4) return { upper: (part(0) << 7) | part(1), lower: (part(2) << 7) | part(3), octets };
  return undefined;
}
