import type { DecodedDevice } from '../measurement.ts';
import { deviceTypeName } from './device-type.ts';

/** Who sent a frame: manufacturer, identification number, version and device type (EN 13757-7, 7.5). */
export interface MeterAddress {
  /** Three letters of the FLAG association. */
  readonly manufacturer: string;
  /** Eight digits. */
  readonly identification: string;
  readonly version: number;
  readonly deviceType: number;
  /** Manufacturer, identification, version, type as the link layer sends them: what initialisation vectors are made of. */
  readonly octets: Uint8Array;
}

export const ADDRESS_OCTETS = 8;

/** Reads M-field and A-field as the wireless link layer orders them. */
export function addressOfLink(bytes: Uint8Array, at: number): MeterAddress {
  return addressOf(bytes.subarray(at, at + ADDRESS_OCTETS));
}

/** Reads the order of the long transport header: identification before manufacturer. */
export function addressOfHeader(bytes: Uint8Array, at: number): MeterAddress {
  const octets = new Uint8Array(ADDRESS_OCTETS);
  octets[0] = bytes[at + 4]!;
  octets[1] = bytes[at + 5]!;
  octets.set(bytes.subarray(at, at + 4), 2);
  octets[6] = bytes[at + 6]!;
  octets[7] = bytes[at + 7]!;
  return addressOf(octets);
}

function addressOf(octets: Uint8Array): MeterAddress {
  return {
    manufacturer: manufacturerLetters(octets[0]! | (octets[1]! << 8)),
    identification: reversedHex(octets, 2, 6),
    version: octets[6]!,
    deviceType: octets[7]!,
    octets,
  };
}

/** Three letters of five bits each, `@` is 0 (EN 13757-7, 7.5.2). Bit 15 is the hardness of the address. */
export function manufacturerLetters(code: number): string {
  return String.fromCharCode(0x40 + ((code >> 10) & 0x1f), 0x40 + ((code >> 5) & 0x1f), 0x40 + (code & 0x1f));
}

/** The code of three capital letters. */
export function manufacturerCode(letters: string): number {
  const part = (index: number) => (letters.charCodeAt(index) - 0x40) & 0x1f;
  return (part(0) << 10) | (part(1) << 5) | part(2);
}

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).toUpperCase().padStart(2, '0'));

/** Octets `start` to `end` (exclusive), the last one first, as hexadecimal digits. */
export function reversedHex(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = end - 1; at >= start; at--) text += HEX[bytes[at]!]!;
  return text;
}

/** The device as every codec names it. */
export function deviceOf(address: MeterAddress): DecodedDevice {
  const { manufacturer, identification, version, deviceType } = address;
  return {
    serialNumber: identification,
    address: `mbus:${manufacturer}-${identification}`,
    manufacturer,
    medium: deviceTypeName(deviceType),
    version: HEX[version],
  };
}

/** The eight octets of an address in the order of the wireless link layer. */
export function addressOctets(
  address: Pick<MeterAddress, 'manufacturer' | 'identification' | 'version' | 'deviceType'>,
): Uint8Array {
  const octets = new Uint8Array(ADDRESS_OCTETS);
  const code = manufacturerCode(address.manufacturer);
  octets[0] = code & 0xff;
  octets[1] = code >> 8;
  for (let at = 0; at < 4; at++) {
    octets[2 + at] = Number.parseInt(address.identification.slice(6 - 2 * at, 8 - 2 * at), 16);
  }
  octets[6] = address.version;
  octets[7] = address.deviceType;
  return octets;
}
