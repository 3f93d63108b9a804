import { reflectedCrc16 } from '../reflected-crc16.ts';

/** The CRC of ISO/IEC 13239: polynomial x¹⁶+x¹²+x⁵+1, reflected. */
export const ccittCrc16 = reflectedCrc16(0x8408);

/** FCS-16 of HDLC (ISO/IEC 13239, annex A; also known as CRC-16/X-25). */
export const frameCheckSequence = (bytes: Uint8Array): number => ccittCrc16(bytes, 0xffff) ^ 0xffff;
