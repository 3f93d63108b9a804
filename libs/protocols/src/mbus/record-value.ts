import { fail } from '../decode-error.ts';

/** Octets of a value by data field (EN 13757-3, 6.3.3, table 4); D is variable, 8 selects without data. */
export const dataOctets: readonly number[] = [0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, -1, 6, -1];

export const VARIABLE = 0x0d;
export const REAL = 0x05;

const isBcd = (dataField: number) => (dataField >= 0x09 && dataField <= 0x0c) || dataField === 0x0e;

/** The number that a data field holds; `undefined` where it says that it holds none. */
export function readNumber(bytes: Uint8Array, at: number, dataField: number): number | bigint | undefined {
  if (isBcd(dataField)) return readBcd(bytes, at, dataOctets[dataField]!);
  if (dataField === REAL) return readSingle(bytes, at);
  return readInteger(bytes, at, dataOctets[dataField]!);
}

/** Type B (EN 13757-3, Annex A): two's complement; the least negative number is "no value". */
export function readInteger(bytes: Uint8Array, at: number, octets: number): number | bigint | undefined {
  switch (octets) {
    case 1: {
      const value = (bytes[at]! << 24) >> 24;
      return value === -0x80 ? undefined : value;
    }
    case 2: {
      const value = ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
      return value === -0x8000 ? undefined : value;
    }
    case 3: {
      const value = ((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)) << 8) >> 8;
      return value === -0x80_0000 ? undefined : value;
    }
    case 4: {
      const value = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      return value === -0x8000_0000 ? undefined : value;
    }
    default:
      return readWide(bytes, at, octets);
  }
}

function readWide(bytes: Uint8Array, at: number, octets: number): number | bigint | undefined {
  if (octets === 0) return undefined;
  let value = 0n;
  for (let index = octets - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[at + index]!);
  const signed = BigInt.asIntN(octets * 8, value);
  if (signed === -(1n << BigInt(octets * 8 - 1))) return undefined;
  return isSafe(signed) ? Number(signed) : signed;
}

const isSafe = (value: bigint) => value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;

/** Type C: unsigned, as flags and increments of profiles are. */
export function readUnsigned(bytes: Uint8Array, at: number, octets: number): number {
  let value = 0;
  for (let index = octets - 1; index >= 0; index--) value = value * 256 + bytes[at + index]!;
  return value;
}

/** Type A (EN 13757-3, Annex A and B): the highest digit F is a minus; other digits above 9 say "no value". */
export function readBcd(bytes: Uint8Array, at: number, octets: number): number | undefined {
  let value = 0;
  let index = octets - 1;
  let sign = 1;
  const top = bytes[at + index]!;
  if (top >> 4 === 0xf) {
    sign = -1;
    const low = top & 0x0f;
    if (low > 9) return undefined;
    value = low;
    index--;
  }
  for (; index >= 0; index--) {
    const octet = bytes[at + index]!;
    const high = octet >> 4;
    const low = octet & 0x0f;
    if (high > 9 || low > 9) return undefined;
    value = value * 100 + high * 10 + low;
  }
  return sign * value || 0;
}

const single = new DataView(new ArrayBuffer(4));

/** Type H: IEEE 754 single precision; `undefined` where it is no number. */
function readSingle(bytes: Uint8Array, at: number): number | undefined {
  for (let index = 0; index < 4; index++) single.setUint8(index, bytes[at + index]!);
  const value = single.getFloat32(0, true);
  return Number.isFinite(value) ? value : undefined;
}

/** What a variable length (LVAR, EN 13757-3, table 5) announces. */
export interface VariableLength {
  readonly kind: 'text' | 'bcd' | 'negative-bcd' | 'binary';
  readonly octets: number;
}

/** Errors: `MBUS_RECORD_INVALID` for lengths that are reserved. */
export function readVariableLength(lvar: number, at: number): VariableLength {
  if (lvar < 0xc0) return { kind: 'text', octets: lvar };
  if (lvar < 0xca) return { kind: 'bcd', octets: lvar - 0xc0 };
  if (lvar >= 0xd0 && lvar < 0xda) return { kind: 'negative-bcd', octets: lvar - 0xd0 };
  if (lvar >= 0xe0 && lvar < 0xf0) return { kind: 'binary', octets: lvar - 0xe0 };
  if (lvar >= 0xf0 && lvar < 0xf5) return { kind: 'binary', octets: 4 * (lvar - 0xec) };
  if (lvar === 0xf5) return { kind: 'binary', octets: 48 };
  if (lvar === 0xf6) return { kind: 'binary', octets: 64 };
  return fail('MBUS_RECORD_INVALID', `The variable length ${lvar} is reserved.`, at);
}
