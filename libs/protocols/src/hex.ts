import { DecodeError } from './decode-error.ts';

const octetDigits = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).padStart(2, '0').toUpperCase(),
);
/** Up to here, joining digits costs less than a call of the runtime. */
const FEW_OCTETS = 16;

/** Four digits of a number of 16 bits. */
export const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= FEW_OCTETS) {
    let digits = '';
    for (let at = 0; at < bytes.length; at++) digits += octetDigits[bytes[at]!]!;
    return digits;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

/** Octets of hexadecimal text; blanks, colons and dashes between octets and a leading `0x` are allowed. */
export function fromHex(text: string): Uint8Array | DecodeError {
  const digits = text.replace(/^\s*0x/i, '').replace(/[\s:-]+/g, '');
  const odd = /[^0-9a-f]/i.exec(digits);
  if (odd) {
    return new DecodeError(
      'HEX_INVALID',
      `"${odd[0]}" is not a hexadecimal digit: give frames as hexadecimal text.`,
      odd.index >> 1,
    );
  }
  if (digits.length % 2 === 1) {
    return new DecodeError(
      'HEX_INVALID',
      'The last octet has one digit only: two digits make an octet.',
      digits.length >> 1,
    );
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** Octets as text where all of them are printable ASCII (an empty string is), else as hexadecimal. */
export function textOrHex(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!;
    if (octet < 0x20 || octet >= 0x7f) return toHex(bytes);
    text += String.fromCharCode(octet);
  }
  return text;
}
