import { quantityName, storageOf, tariffOf } from '../dlms/obis.ts';

/** What is in brackets, as a number: `00981.443*m3`. */
export interface P1Quantity {
  readonly raw: number | bigint;
  readonly scaler: number;
  readonly unit?: string;
}

const units: Readonly<Record<string, string>> = {
  wh: 'Wh', varh: 'varh', vah: 'VAh', w: 'W', var: 'var', va: 'VA', v: 'V', a: 'A', hz: 'Hz', s: 's', min: 'min',
  m3: 'm3', dm3: 'm3', l: 'L', j: 'J', 'm3/h': 'm3/h', c: '°C', '°c': '°C', '%': '%', bar: 'bar',
}; // prettier-ignore

const prefixes: Readonly<Record<string, number>> = { k: 3, M: 6, G: 9, m: -3, K: 3 };

/**
 * A number and its unit, without prefix (`00.170*kW` is 170 W, raw 170, scaler 0), exactly. `undefined` where it is
 * no number.
 */
export function parseQuantity(text: string): P1Quantity | undefined {
  const star = text.indexOf('*');
  const number = star < 0 ? text : text.slice(0, star);
  const digits = /^(-?)(\d{1,30})(?:[.,](\d{1,15}))?$/.exec(number);
  if (!digits) return undefined;
  const [, sign = '', whole = '', fraction = ''] = digits;
  const all = sign + whole + fraction;
  const raw = all.length > 15 ? BigInt(all) : Number(all) || 0;
  const { unit, power } = star < 0 ? { unit: undefined, power: 0 } : readUnit(text.slice(star + 1).trim());
  return { raw, scaler: power - fraction.length, unit };
}

function readUnit(text: string): { unit?: string; power: number } {
  const plain = units[text.toLowerCase()];
  if (plain) return { unit: plain, power: text.toLowerCase() === 'dm3' ? -3 : 0 };
  const power = prefixes[text[0] ?? ''];
  const rest = units[text.slice(1).toLowerCase()];
  if (power !== undefined && rest) return { unit: rest, power };
  return { unit: text === '' ? undefined : text, power: 0 };
}

const references = new Map<string, string>();
const MOST_KNOWN = 4096;

/** `1-0:1.8.1` as `1.0.1.8.1.255`; also with `*F` or `.F` at its end. `undefined` for any other way to name a value. */
export function obisOfReference(reference: string): string | undefined {
  const remembered = references.get(reference);
  if (remembered) return remembered;
  const obis = readReference(reference);
  if (obis && references.size < MOST_KNOWN) references.set(reference, obis);
  return obis;
}

function readReference(reference: string): string | undefined {
  const groups = /^(\d{1,3})-(\d{1,3}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[.*&](\d{1,3}))?$/.exec(reference);
  if (!groups) return undefined;
  const numbers = groups.slice(1).map((group) => (group === undefined ? 255 : Number(group)));
  return numbers.every((number) => number < 256) ? numbers.join('.') : undefined;
}

/** Objects of P1 telegrams (DSMR P1 5.0, 6.12; e-MUCS P1 1.7.1, table 6) beside those that IEC 62056-6-1 has names for. */
const named: readonly (readonly [RegExp, string])[] = [
  [/^1\.3\.0\.2\.8\.255$/, 'P1 version'],
  [/^0\.0\.96\.1\.4\.255$/, 'P1 version'],
  [/^0\.0\.96\.7\.21\.255$/, 'power failures'],
  [/^0\.0\.96\.7\.9\.255$/, 'long power failures'],
  [/^1\.0\.32\.32\.0\.255$/, 'voltage sags L1'],
  [/^1\.0\.52\.32\.0\.255$/, 'voltage sags L2'],
  [/^1\.0\.72\.32\.0\.255$/, 'voltage sags L3'],
  [/^1\.0\.32\.36\.0\.255$/, 'voltage swells L1'],
  [/^1\.0\.52\.36\.0\.255$/, 'voltage swells L2'],
  [/^1\.0\.72\.36\.0\.255$/, 'voltage swells L3'],
  [/^1\.0\.(?:31|51|71)\.4\.0\.255$/, 'fuse threshold'],
  [/^1\.1\.(?:31|51|71)\.4\.0\.255$/, 'fuse threshold'],
  [/^0\.[1-9]\d*\.24\.1\.0\.255$/, 'M-Bus device type'],
  [/^0\.[1-9]\d*\.24\.4\.0\.255$/, 'valve control'],
];

/** Values that are numbers although they have no unit: counters, device types, states of breaker and valve. */
const counts = /^(?:0\.0\.96\.7\.\d+|1\.0\.\d+\.3[26]\.0|0\.\d+\.24\.[14]\.0|0\.\d+\.96\.3\.10)\.255$/;

interface P1Meaning {
  readonly quantity?: string;
  readonly isCount: boolean;
  /** A reading of an M-Bus device, whose type says what it is. */
  readonly isOfDevice: boolean;
  readonly storage?: number;
  readonly tariff?: number;
}

const known = new Map<string, P1Meaning>();

/** What an object of the telegram is; remembered, because every telegram has the same objects. */
export function meaningOf(obis: string): P1Meaning {
  const remembered = known.get(obis);
  if (remembered) return remembered;
  const quantity = named.find(([pattern]) => pattern.test(obis))?.[1] ?? quantityName(obis);
  const meaning = {
    quantity,
    isCount: counts.test(obis),
    isOfDevice: /^0\.[1-9]\d*\.24\.[23]\./.test(obis),
    storage: storageOf(obis),
    tariff: tariffOf(obis),
  };
  if (known.size < MOST_KNOWN) known.set(obis, meaning);
  return meaning;
}
