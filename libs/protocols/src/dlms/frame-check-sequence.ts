/** FCS-16 of HDLC (ISO/IEC 13239, annex A; also known as CRC-16/X-25): polynomial x¹⁶+x¹²+x⁵+1, reflected. */
const table = Uint16Array.from({ length: 256 }, (_, octet) => {
  let check = octet;
  for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >>> 1) ^ 0x8408 : check >>> 1;
  return check;
});

export function frameCheckSequence(bytes: Uint8Array): number {
  let check = 0xffff;
  for (const octet of bytes) check = (check >>> 8) ^ table[(check ^ octet) & 0xff]!;
  return check ^ 0xffff;
}
