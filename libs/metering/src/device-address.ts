/**
 * How devices are called on the networks that carry them, as `scheme:name`; the device registry keeps them beside the
 * serial number, and no two meters have the same one. Each scheme has one way to write a name:
 *
 * - `lorawan:` DevEUI, 16 hexadecimal digits in capitals (LoRaWAN 1.0.4, 6.2.1)
 * - `zigbee:` IEEE address, 16 hexadecimal digits in capitals
 * - `mbus:` manufacturer's three letters and the eight digits of the identification number, `ELS-12345678` (EN 13757-7, 7.5)
 * - `sml:` server identification, hexadecimal digits in capitals (DIN 43863-5)
 * - `dsmr:` equipment identifier as text (DSMR P1, 0-n:96.1.x, its octets decoded)
 * - `mqtt:` name of the broker's client
 */
const schemes: Readonly<Record<string, RegExp>> = {
  lorawan: /^[0-9A-F]{16}$/,
  zigbee: /^[0-9A-F]{16}$/,
  mbus: /^[A-Z@[\\\]^_]{3}-[0-9A-F]{8}$/,
  sml: /^(?:[0-9A-F]{2}){1,20}$/,
  dsmr: /^[\x21-\x7e]{1,64}$/,
  mqtt: /^[A-Za-z0-9_-]{1,64}$/,
};

export const deviceAddressSchemes: readonly string[] = Object.keys(schemes);

/** Whether `address` is written as its scheme has it. */
export function isDeviceAddress(address: string): boolean {
  const colon = address.indexOf(':');
  return colon > 0 && schemes[address.slice(0, colon)]?.test(address.slice(colon + 1)) === true;
}
