import { reflectedCrc16 } from '../reflected-crc16.ts';

/** CRC16 of DSMR P1 4.0, 6.2 (CRC-16/ARC): polynomial x¹⁶+x¹⁵+x²+1, reflected, starting with 0. */
const crc = reflectedCrc16(0xa001);

const LF = 0x0a;
const CR = Uint8Array.of(0x0d);

/** Over everything from `/` to `!`, both included. */
export const telegramChecksum = (octets: Uint8Array): number => crc(octets, 0);

/** The same where an editor or a shell has turned the line ends of the telegram (CR LF) into LF. */
export function checksumWithLineEndsRestored(octets: Uint8Array): number {
  let check = 0;
  let from = 0;
  for (let at = octets.indexOf(LF); at >= 0; at = octets.indexOf(LF, at + 1)) {
    check = crc(CR, crc(octets.subarray(from, at), check));
    from = at;
  }
  return crc(octets.subarray(from), check);
}
