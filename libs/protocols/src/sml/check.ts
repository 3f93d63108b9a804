import { ccittCrc16, frameCheckSequence } from '../dlms/frame-check-sequence.ts';

/** CRC-16/KERMIT: the same polynomial, but starting with 0 and not inverted at the end. */
const kermit = (octets: Uint8Array): number => ccittCrc16(octets, 0);

/** CCITT-CRC16 of ISO/IEC 13239 as SML sends it: the low octet first (SML 1.04, 8.1.2), read as a big-endian number. */
export function smlChecksum(octets: Uint8Array): number {
  return swapped(frameCheckSequence(octets));
}

/** Whether `sent` is the checksum of the standard, or that of meters which start the same CRC with 0 (Holley DTZ541). */
export function isChecksumOf(octets: Uint8Array, sent: number): boolean {
  return sent === smlChecksum(octets) || sent === swapped(kermit(octets));
}

const swapped = (check: number) => ((check & 0xff) << 8) | (check >>> 8);
