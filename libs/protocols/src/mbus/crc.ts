/** x^16 + x^13 + x^12 + x^11 + x^10 + x^8 + x^6 + x^5 + x^2 + 1 (EN 13757-4, 12.5). */
const POLYNOMIAL = 0x3d65;

const table = Uint16Array.from({ length: 256 }, (_, octet) => {
  let crc = octet << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0);
  return crc;
});

/** Continues a check over one octet; begin with 0, end with {@link finishCrc}. */
export function crcStep(crc: number, octet: number): number {
  return ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ octet]!;
}

export const finishCrc = (crc: number) => crc ^ 0xffff;

/** The CRC of EN 13757-4, 12.5 over octets `start` to `end` (exclusive): of blocks, of payloads, of formats. */
export function crc16(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0;
  for (let at = start; at < end; at++) crc = crcStep(crc, bytes[at]!);
  return finishCrc(crc);
}
