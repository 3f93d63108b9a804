/** CRC16 of DSMR P1 4.0, 6.2 (CRC-16/ARC): polynomial x¹⁶+x¹⁵+x²+1, reflected, starting with 0. */
const table = Uint16Array.from({ length: 256 }, (_, octet) => {
  let check = octet;
  for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >>> 1) ^ 0xa001 : check >>> 1;
  return check;
});

const LF = 0x0a;
const CR = 0x0d;

/** Over everything from `/` to `!`, both included. */
export function telegramChecksum(octets: Uint8Array): number {
  let check = 0;
  for (const octet of octets) check = (check >>> 8) ^ table[(check ^ octet) & 0xff]!;
  return check;
}

/** The same where an editor or a shell has turned the line ends of the telegram (CR LF) into LF. */
export function checksumWithLineEndsRestored(octets: Uint8Array): number {
  let check = 0;
  for (const octet of octets) {
    if (octet === LF) check = (check >>> 8) ^ table[(check ^ CR) & 0xff]!;
    check = (check >>> 8) ^ table[(check ^ octet) & 0xff]!;
  }
  return check;
}
