import { crc16 } from './crc.ts';

/**
 * Formats of common meters that send far more compact frames than full ones: the DIF and VIF octets of their full
 * frames. Each is checked by its own signature, so that none can be taken for another.
 */
const headers: readonly string[] = [
  '02FF2004134413', // water
];

let formats: ReadonlyMap<number, Uint8Array> | undefined;

/** By signature. */
export function knownFormats(): ReadonlyMap<number, Uint8Array> {
  formats ??= new Map(
    headers.map((hex) => {
      const octets = Uint8Array.from(Buffer.from(hex, 'hex'));
      return [crc16(octets), octets];
    }),
  );
  return formats;
}
