import { addressOctets, type MeterAddress } from './address.ts';
import { BLOCK, cmac, encryptCbc } from './cipher.ts';
import { crc16 } from './crc.ts';
import { AFL } from './fragmentation.ts';
import { littleEndian } from './encode-records.ts';
import { AUTHENTICATION_KEY, derivedKey, ENCRYPTION_KEY, initialVector } from './security.ts';
import { checksum, LONG_START, STOP } from './wired-link.ts';
import type { FrameFormat } from './wireless-link.ts';

/** How the records are kept from others: by security mode 5, or by mode 7 with an authentication code of 8 octets. */
export type MessageSecurity =
  | { readonly mode: 5; readonly key: Uint8Array }
  | { readonly mode: 7; readonly key: Uint8Array; /** Never the same twice. */ readonly counter: number };

export interface MessageToSend {
  readonly address: Pick<MeterAddress, 'manufacturer' | 'identification' | 'version' | 'deviceType'>;
  /** Counts messages, 0 to 255. */
  readonly accessNumber: number;
  /** Status octet, 0 for a meter that is well. */
  readonly status?: number;
  /** From `encodeRecords`. */
  readonly records: Uint8Array;
  readonly security?: MessageSecurity;
}

const RSP_UD = 0x08;
const SND_NR = 0x44;
const LONG_HEADER = 0x72;
const SHORT_HEADER = 0x7a;
const FILLER = 0x2f;
const KDF_A = 0x10;
/** Message control: counter and code present, AES-CMAC of 8 octets. */
const MESSAGE_CONTROL = 0x25;
const MAC_OCTETS = 8;
const MAX_WIRED = 252;
const MAX_LENGTH = 255;
const MAX_BLOCKS = 15;

/** A long frame from a meter (RSP-UD, EN 13757-2) with the long header. Throws a RangeError if it gets too long. */
export function encodeWired(message: MessageToSend, primaryAddress = 0): Uint8Array {
  const body = messageOctets(message, LONG_HEADER);
  const length = body.length + 2;
  if (length > MAX_WIRED)
    throw new RangeError(`A wired frame has ${MAX_WIRED} octets at most, not ${length}.`);
  const frame = Uint8Array.of(
    LONG_START,
    length,
    length,
    LONG_START,
    RSP_UD,
    primaryAddress,
    ...body,
    0,
    STOP,
  );
  frame[frame.length - 2] = checksum(frame, 4, frame.length - 2);
  return frame;
}

/** A frame that a meter sends unasked (SND-NR, EN 13757-4). Throws a RangeError if it gets too long. */
export function encodeWireless(message: MessageToSend, format: FrameFormat = 'A'): Uint8Array {
  const body = messageOctets(message, SHORT_HEADER);
  const frame = Uint8Array.of(0, SND_NR, ...addressOctets(message.address), ...body);
  const length = frame.length - 1 + (format === 'B' ? checksOfFormatB(frame.length) : 0);
  if (length > MAX_LENGTH)
    throw new RangeError(`A wireless frame has ${MAX_LENGTH} octets at most, not ${length}.`);
  frame[0] = length;
  if (format === 'stripped') return frame;
  return guarded(frame, format === 'A' ? formatAEnds(frame.length) : formatBEnds(frame.length));
}

const FIRST_BLOCK_A = 10;
const FIRST_BLOCK_B = 126;

const checksOfFormatB = (octets: number) => (octets > FIRST_BLOCK_B ? 4 : 2);

function formatAEnds(octets: number): number[] {
  const ends = [FIRST_BLOCK_A];
  while (ends.at(-1)! < octets) ends.push(Math.min(ends.at(-1)! + BLOCK, octets));
  return ends;
}

const formatBEnds = (octets: number) => (octets > FIRST_BLOCK_B ? [FIRST_BLOCK_B, octets] : [octets]);

/** A check behind each block; the first octet counts what the format has it count already. */
function guarded(frame: Uint8Array, ends: readonly number[]): Uint8Array {
  const parts = ends.flatMap((end, index) => {
    const start = index === 0 ? 0 : ends[index - 1]!;
    const crc = crc16(frame, start, end);
    return [frame.subarray(start, end), Uint8Array.of(crc >> 8, crc & 0xff)];
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** Authentication layer where there is one, transport header, and the records, encrypted or not. */
function messageOctets(message: MessageToSend, ci: typeof LONG_HEADER | typeof SHORT_HEADER): Uint8Array {
  const { address, accessNumber, status = 0, records, security } = message;
  const octets = addressOctets(address);
  const header = [ci, ...(ci === LONG_HEADER ? headerAddress(octets) : []), accessNumber, status];
  if (!security) return Uint8Array.of(...header, 0, 0, ...records);
  const text = filled(records);
  const blocks = text.length / BLOCK;
  if (blocks > MAX_BLOCKS)
    throw new RangeError(`${MAX_BLOCKS} blocks can be encrypted at most, not ${blocks}.`);
  const configuration = [blocks << 4, security.mode];
  if (security.mode === 5) {
    const sender = { octets } as MeterAddress;
    return Uint8Array.of(
      ...header,
      ...configuration,
      ...encryptCbc(security.key, initialVector(sender, accessNumber), text),
    );
  }
  return authenticated(security, octets, [...header, ...configuration, KDF_A], text);
}

function authenticated(
  { key, counter }: Extract<MessageSecurity, { mode: 7 }>,
  octets: Uint8Array,
  header: readonly number[],
  text: Uint8Array,
): Uint8Array {
  const sender = { octets } as MeterAddress;
  const count = littleEndian(BigInt(counter), 4);
  const cipher = encryptCbc(derivedKey(key, ENCRYPTION_KEY, count, sender), new Uint8Array(BLOCK), text);
  const body = Uint8Array.of(...header, ...cipher);
  const code = cmac(
    derivedKey(key, AUTHENTICATION_KEY, count, sender),
    Uint8Array.of(MESSAGE_CONTROL, ...count, ...body),
  ).subarray(0, MAC_OCTETS);
  const layer = [AFL, 0x0f, 0x00, 0x2c, MESSAGE_CONTROL, ...count, ...code];
  return Uint8Array.of(...layer, ...body);
}

/** Identification before manufacturer, as the long header has it. */
const headerAddress = (octets: Uint8Array) => [
  ...octets.subarray(2, 6),
  octets[0]!,
  octets[1]!,
  octets[6]!,
  octets[7]!,
];

/** 2F2Fh in front, by which a right key shows, and fillers up to whole blocks. */
function filled(records: Uint8Array): Uint8Array {
  const text = new Uint8Array(Math.ceil((records.length + 2) / BLOCK) * BLOCK).fill(FILLER);
  text.set(records, 2);
  return text;
}
