import { createHash } from 'node:crypto';
import type { DeviceSettings } from './device.ts';

type Who = Pick<DeviceSettings, 'seed' | 'serialNumber' | 'number'>;

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** A key of 16 octets, hexadecimal. */
export const keyOf = ({ seed, serialNumber }: Who, name: string): string =>
  hash(`${seed} ${serialNumber} ${name}`).slice(0, 32);

/** Eight digits that no other device of the network has, and hardly one of another fleet. */
export const eightDigits = ({ seed, number }: Who): string =>
  String(Number.parseInt(hash(seed).slice(0, 8), 16) % 10_000).padStart(4, '0') +
  String(number).padStart(4, '0');

/** The same in 16 hexadecimal digits, as EUIs have them. */
export const eui64 = ({ seed, number }: Who): string =>
  `${hash(`${seed} eui`).slice(0, 12)}${number.toString(16).padStart(4, '0')}`.toUpperCase();

/** Three letters of the manufacturer, then five octets of its own (DLMS UA 1000-2, 4.3.4). */
export const systemTitleOf = ({ seed, serialNumber }: Who): string =>
  `4d4d58${hash(`${seed} ${serialNumber}`).slice(0, 10)}`;
