import type { Accumulation } from '../measurement.ts';

/** OBIS codes (IEC 62056-6-1): six groups A-B:C.D.E.F, written here `A.B.C.D.E.F`. */
export const CLOCK = '0.0.1.0.0.255';
export const DEVICE_ID = '0.0.96.1.0.255';
export const LOGICAL_DEVICE_NAME = '0.0.42.0.0.255';
export const LOAD_PROFILE_1 = '1.0.99.1.0.255';
export const PROFILE_STATUS = '0.0.96.10.1.255';
export const PUSH_SETUP = '0.0.25.9.0.255';
export const DISCONNECT_CONTROL = '0.0.96.3.10.255';

/** The code in six octets. */
export function formatObis(octets: Uint8Array): string {
  return octets.length === 6 ? obisAt(octets, 0) : octets.join('.');
}

/**
 * Meters of a fleet send the same few codes again and again: the text of each is remembered at a place that its octets
 * choose, until another code wants that place.
 */
const PLACES = 2048; // 2^11
const remembered = {
  high: new Int32Array(PLACES).fill(-1),
  low: new Int32Array(PLACES),
  texts: new Array<string>(PLACES).fill(''),
};

/** The code in the six octets that begin at `at`. */
export function obisAt(octets: Uint8Array, at: number): string {
  const high = (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!;
  const low = (octets[at + 3]! << 16) | (octets[at + 4]! << 8) | octets[at + 5]!;
  const mixed = Math.imul(high ^ Math.imul(low, 0x9e37_79b1), 0x85eb_ca6b);
  const place = mixed >>> 21;
  if (remembered.high[place] === high && remembered.low[place] === low) return remembered.texts[place]!;
  const text = `${octets[at]}.${octets[at + 1]}.${octets[at + 2]}.${octets[at + 3]}.${octets[at + 4]}.${octets[at + 5]}`;
  remembered.high[place] = high;
  remembered.low[place] = low;
  remembered.texts[place] = text;
  return text;
}

/** The six octets of `A.B.C.D.E.F`; `undefined` for anything else. */
export function parseObis(text: string): Uint8Array | undefined {
  const groups = text.split('.').map(Number);
  const valid =
    groups.length === 6 && groups.every((group) => Number.isInteger(group) && group >= 0 && group < 256);
  return valid ? Uint8Array.from(groups) : undefined;
}

/** The six octets of a code known to be one, e.g. a constant; throws on anything else. */
export function obisOctets(text: string): Uint8Array {
  const octets = parseObis(text);
  if (!octets) throw new Error(`"${text}" is no OBIS code: write six groups, A.B.C.D.E.F.`);
  return octets;
}

/** IEC 62056-6-1, 5.3 (media 0) and its tables of general and abstract objects: those met in pushes. */
const abstractQuantities: readonly (readonly [RegExp, string])[] = [
  [/^0\.\d+\.1\.0\.\d+\.255$/, 'clock'],
  [/^0\.\d+\.42\.0\.0\.255$/, 'logical device name'],
  [/^0\.\d+\.96\.1\.\d+\.255$/, 'device id'],
  [/^0\.\d+\.96\.3\.10\.255$/, 'disconnect control'],
  [/^0\.\d+\.96\.10\.\d+\.255$/, 'status'],
  [/^0\.\d+\.96\.11\.\d+\.255$/, 'event code'],
  [/^0\.\d+\.96\.13\.\d+\.255$/, 'consumer message'],
  [/^0\.\d+\.96\.14\.\d+\.255$/, 'active tariff'],
  [/^0\.\d+\.17\.0\.\d+\.255$/, 'limiter threshold'],
  [/^0\.\d+\.97\.98\.\d+\.255$/, 'alarm register'],
  [/^0\.\d+\.25\.9\.\d+\.255$/, 'push setup'],
];

/** IEC 62056-6-1, 6.2: group C of electricity, per direction; +20, +40, +60 are the phases L1, L2, L3. */
const electricity: Readonly<Record<number, readonly [power: string, energy: string]>> = {
  1: ['active power import', 'active energy import'],
  2: ['active power export', 'active energy export'],
  3: ['reactive power import', 'reactive energy import'],
  4: ['reactive power export', 'reactive energy export'],
  5: ['reactive power Q1', 'reactive energy Q1'],
  6: ['reactive power Q2', 'reactive energy Q2'],
  7: ['reactive power Q3', 'reactive energy Q3'],
  8: ['reactive power Q4', 'reactive energy Q4'],
  9: ['apparent power import', 'apparent energy import'],
  10: ['apparent power export', 'apparent energy export'],
  11: ['current', 'current'],
  12: ['voltage', 'voltage'],
  13: ['power factor', 'power factor'],
  14: ['frequency', 'frequency'],
  15: ['active power absolute', 'active energy absolute'],
  16: ['active power net', 'active energy net'],
};

/** Group D: time integrals 1 to 3 and 4 to 6 are energies or volumes, the rest powers (IEC 62056-6-1, 6.3). */
const timeIntegrals = new Set([8, 9, 10, 29, 30, 31]);

/** What an OBIS code says of itself. */
export interface ObisMeaning {
  readonly quantity: string | undefined;
  readonly accumulation: Accumulation;
  /** Profile status word, 0.b.96.10.e.f. */
  readonly isStatus: boolean;
  /** Event code, 0.b.96.11.e.255. */
  readonly isEventCode: boolean;
}

const meanings = new Map<string, ObisMeaning>();
/** Beyond so many codes, more than any fleet has, their meanings are looked up afresh. */
const MAX_MEANINGS = 4096;

export function obisMeaning(obis: string): ObisMeaning {
  return meanings.get(obis) ?? rememberMeaning(obis);
}

function rememberMeaning(obis: string): ObisMeaning {
  const meaning: ObisMeaning = {
    quantity: nameQuantity(obis),
    accumulation: accumulationOf(obis),
    isStatus: /^0\.\d+\.96\.10\./.test(obis),
    isEventCode: /^0\.\d+\.96\.11\.\d+\.255$/.test(obis),
  };
  if (meanings.size >= MAX_MEANINGS) meanings.clear();
  meanings.set(obis, meaning);
  return meaning;
}

/** What an OBIS code measures, in words; `undefined` for codes outside the tables here. */
export function quantityName(obis: string): string | undefined {
  return obisMeaning(obis).quantity;
}

function nameQuantity(obis: string): string | undefined {
  const [medium, , c = 0, d = 0] = obis.split('.').map(Number);
  if (medium === 0) return abstractQuantities.find(([pattern]) => pattern.test(obis))?.[1];
  if (medium === 1) return electricityQuantity(c, d);
  if (medium === 7 && c === 3) return 'gas volume';
  if (medium === 8 && c === 1) return 'water volume';
  if (medium === 9 && c === 1) return 'hot water volume';
  if (medium === 6 && c === 1) return 'heat energy';
  return undefined;
}

function electricityQuantity(c: number, d: number): string | undefined {
  const phase = c > 20 && c <= 80 ? Math.floor((c - 1) / 20) : 0;
  const names = electricity[phase === 0 ? c : c - 20 * phase];
  if (!names) return undefined;
  const name = names[timeIntegrals.has(d) ? 1 : 0];
  const demand = d === 6 ? 'maximum ' : d === 4 || d === 5 ? 'average ' : '';
  return demand + name + (phase > 0 ? ` L${phase}` : '');
}

/** IEC 62056-6-1, 6.3: time integral 5 (D = 29) is per load-profile interval, time integrals 1 and 2 count up. */
export function accumulationOf(obis: string): Accumulation {
  const [medium, , c, d] = obis.split('.').map(Number);
  if (d === 29) return 'interval';
  const isRegister = medium === 1 ? d === 8 || d === 9 : medium !== 0 && (c === 1 || c === 3) && d !== 7;
  return isRegister ? 'cumulative' : 'instantaneous';
}

/** Rate register (group E of energies): 0 is the total; `undefined` where E is no tariff. */
export function tariffOf(obis: string): number | undefined {
  const [medium, , , d = 0, e = 0] = obis.split('.').map(Number);
  return medium === 1 && timeIntegrals.has(d) && e > 0 && e < 64 ? e : undefined;
}

/** Billing period store (group F): `undefined` for the current value. */
export function storageOf(obis: string): number | undefined {
  const f = Number(obis.split('.')[5]);
  return f < 255 && obis !== '0.0.0.0.0.0' ? f : undefined;
}
