/**
 * A CRC of 16 bits that takes the lowest bit of an octet first, by table. It goes on from `check`: what to begin with, and
 * whether the end is inverted, is the caller's.
 *
 * @param polynomial with its bits in that order, too: 0x8408 is x¹⁶+x¹²+x⁵+1
 */
export function reflectedCrc16(polynomial: number): (octets: Uint8Array, check: number) => number {
  const table = Uint16Array.from({ length: 256 }, (_, octet) => {
    let check = octet;
    for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >>> 1) ^ polynomial : check >>> 1;
    return check;
  });
  return (octets, begin) => {
    let check = begin;
    for (const octet of octets) check = (check >>> 8) ^ table[(check ^ octet) & 0xff]!;
    return check;
  };
}
