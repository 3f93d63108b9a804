import { textOrHex, toHex } from '../hex.ts';
import type { DecodedDevice } from '../measurement.ts';

/** Digits of the medium in a DIN 43863-5 identification number (those of OBIS group A). */
const media: Readonly<Record<number, string>> = {
  1: 'electricity',
  4: 'heat-cost',
  5: 'cooling',
  6: 'heat',
  7: 'gas',
  8: 'water',
  9: 'hot-water',
};

/**
 * The device of a server id. Ten octets 0A (or 09), medium, three letters, block, number make the identification number
 * that is printed on the meter (DIN 43863-5:2012, 4): `0A 01 445A47 00 0282225E` is `1DZG0042082910`. Of older meters'
 * (`06`, three letters, …) the letters are known; their number is the text or the hexadecimal digits that they sent.
 */
export function deviceOfServerId(serverId: Uint8Array): DecodedDevice {
  const hex = toHex(serverId);
  const address = serverId.length > 0 && serverId.length <= 20 ? `sml:${hex}` : undefined;
  const isStandard = serverId.length === 10 && (serverId[0] === 0x0a || serverId[0] === 0x09);
  const letters = isStandard ? serverId.subarray(2, 5) : serverId.subarray(1, 4);
  const manufacturer = threeLetters(letters);
  if (isStandard && manufacturer && serverId[1]! <= 9) {
    const number = new DataView(serverId.buffer, serverId.byteOffset + 6, 4).getUint32(0);
    const block = toHex(serverId.subarray(5, 6));
    const serialNumber = `${serverId[1]}${manufacturer}${block}${String(number).padStart(8, '0')}`;
    return { serialNumber, address, manufacturer, medium: media[serverId[1]!] };
  }
  return {
    serialNumber: textOrHex(serverId) || undefined,
    address,
    manufacturer: serverId[0] === 0x06 ? manufacturer : undefined,
  };
}

function threeLetters(octets: Uint8Array): string | undefined {
  const isCapital = (octet: number) => octet >= 0x41 && octet <= 0x5a;
  return octets.length === 3 && octets.every(isCapital) ? String.fromCharCode(...octets) : undefined;
}

/** The server id of an identification number such as `1DZG0042082910`; `undefined` where it is none. */
export function serverIdOf(identification: string): Uint8Array | undefined {
  const parts = /^([1-9])([A-Z]{3})([0-9A-F]{2})(\d{8})$/.exec(identification);
  if (!parts) return undefined;
  const [, medium = '', letters = '', block = '', number = ''] = parts;
  const octets = new Uint8Array(10);
  octets.set([0x0a, Number(medium), ...Buffer.from(letters, 'latin1'), Number.parseInt(block, 16)]);
  new DataView(octets.buffer).setUint32(6, Number(number));
  return octets;
}
