import { crc16 } from './crc.ts';

/**
 * Formats of common meters that send far more compact frames than full ones: the DIF and VIF octets of their full
 * frames. Each is checked by its own signature, so that none can be taken for another.
 */
const headers: readonly string[] = [
  // water
  '02FF2004134413',
  '02FF200413523B',
  '02FF2004134413615B5167',
  '02FF2004134413615B6167',
  '02FF2004134413A1015B8101E7FF0F',
  '02FF20041392013BA1015B8101E7FF0F',
  '04FF234413523B06FF1B426C61675167023B04138101E7FF0F',
  // heat and cooling
  '030643060314426C022D01FF21',
  '040604FF0704FF080414043B0259025D04FF22',
  '040604FF0704FF080414043B0259025D04FF22026C44064414426C',
  '040F04FF0704FF08041402FD17043B0259025D',
  '040E04FF0704FF08041384401484804014043B0259025D142D84100E84200E04FF22026C440E4413C44014C4804014426C',
  '040F04FF0704FF08041484401484804014043B0259025D142D84100F84200F04FF22026C440F4414C44014C4804014426C',
  // electricity, pressure
  '040404843C042B04AB3C',
  '22691269026905FF0905FF0A02FD17',
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
