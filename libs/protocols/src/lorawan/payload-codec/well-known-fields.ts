import {
  AIR_PRESSURE,
  AMBIENT_TEMPERATURE,
  BATTERY_CHARGE,
  BATTERY_VOLTAGE,
  CO2_CONCENTRATION,
  RELATIVE_HUMIDITY,
} from '../environment-obis.ts';
import type { Field } from './fields.ts';
import { canonicalUnit, unitInName, type CanonicalUnit } from './field-units.ts';

/** What a field means: its value × 10^scale is in `unit`. */
export interface Meaning {
  readonly obis: string;
  readonly quantity: string;
  readonly unit: string;
  readonly scale: number;
}

const NAMES: readonly (readonly [RegExp, (value: number, unit?: CanonicalUnit) => Meaning | undefined])[] = [
  [
    /^(air |ambient |room |sensor |indoor |environment )?temp(erature)?( c)?( sht)?$/,
    (_, unit) => means(AMBIENT_TEMPERATURE, 'ambient temperature', '°C', unit ?? { symbol: '°C', scale: 0 }),
  ],
  [
    /^(air |ambient |room |relative |indoor )?(humidity|humi|hum|rh)( sht| rh)?$/,
    (_, unit) => means(RELATIVE_HUMIDITY, 'relative humidity', '%', unit ?? { symbol: '%', scale: 0 }),
  ],
  [
    /^(air |barometric |atmospheric |ambient )?pressure$|^barometer$/,
    (value, unit) => means(AIR_PRESSURE, 'air pressure', 'Pa', unit ?? pressureUnit(value)),
  ],
  [
    /^co2( concentration| level)?$/,
    (_, unit) => means(CO2_CONCENTRATION, 'CO2 concentration', 'ppm', unit ?? { symbol: 'ppm', scale: 0 }),
  ],
  [
    /^((battery|batt|bat|supply) (voltage|volt)|v ?bat|volt)$/,
    (value, unit) => means(BATTERY_VOLTAGE, 'battery voltage', 'V', unit ?? batteryVoltageUnit(value)),
  ],
  [/^(battery|batt|bat)$/, (value, unit) => battery(value, unit)],
  [
    /^(battery|batt|bat)( level| percent| percentage| pct| charge| remaining| capacity)+$/,
    (_, unit) => means(BATTERY_CHARGE, 'battery charge', '%', unit ?? { symbol: '%', scale: 0 }),
  ],
];

/**
 * What a field of a codec without `normalizeUplink` means, by its name and unit. Energy and volume need a unit, in their
 * name (`energy_kwh`) or beside the value: nothing that is billed is guessed.
 */
export function wellKnown(field: Field): Meaning | undefined {
  if (typeof field.value !== 'number') return undefined;
  const words = wordsOf(field.key);
  const named = unitInName(words);
  const unit = field.unit === undefined ? named?.unit : canonicalUnit(field.unit);
  const name = (named ? words.slice(0, named.at) : words).join(' ');
  for (const [pattern, meaning] of NAMES) {
    if (pattern.test(name)) return meaning(field.value, unit);
  }
  const meant = unit ?? impliedUnit(words);
  return meant && (electricity(words, meant) ?? volume(wordsOf(field.path), meant));
}

/** `TempC_SHT` → temp c sht, `activeEnergyImportL123T1` → active energy import l123 t1, `Bat_mV` → bat mv. */
function wordsOf(name: string): string[] {
  return name
    .replace(/(?<=[a-z]{2}|\d)(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z\d%°³^]+/)
    .filter((word) => word !== '');
}

function means(obis: string, quantity: string, symbol: string, unit?: CanonicalUnit): Meaning | undefined {
  return unit?.symbol === symbol ? { obis, quantity, unit: symbol, scale: unit.scale } : undefined;
}

/** Hectopascal is what meteorology writes; the air on earth has 300 to 1100 of them. */
function pressureUnit(value: number): CanonicalUnit {
  return { symbol: 'Pa', scale: value < 2000 ? 2 : 0 };
}

/** Cells of devices have 1 to 12 V; what is written in thousands is millivolt, and what is between is no battery. */
function batteryVoltageUnit(value: number): CanonicalUnit | undefined {
  if (value <= 12) return { symbol: 'V', scale: 0 };
  return value >= 1000 ? { symbol: 'V', scale: -3 } : undefined;
}

/** No battery of these devices has more than 12 V: above it is percent, as many codecs write it under the same name. */
function battery(
  value: number,
  unit: CanonicalUnit = { symbol: value > 12 ? '%' : 'V', scale: 0 },
): Meaning | undefined {
  return (
    means(BATTERY_VOLTAGE, 'battery voltage', 'V', unit) ?? means(BATTERY_CHARGE, 'battery charge', '%', unit)
  );
}

/** Root mean squares are of a voltage and a current. */
function impliedUnit(words: readonly string[]): CanonicalUnit | undefined {
  if (words.includes('vrms')) return { symbol: 'V', scale: 0 };
  return words.includes('irms') ? { symbol: 'A', scale: 0 } : undefined;
}

const PHASES = new Map(
  Object.entries({
    a: 1,
    b: 2,
    c: 3,
    l1: 1,
    l2: 2,
    l3: 3,
    p1: 1,
    p2: 2,
    p3: 3,
  }),
);

/** Volts and watts are of many things: what a supply's are called. Energies need no such word. */
const BESIDE_UNIT = new Map([
  ['V', /^(?!.*\b(battery|bat|supply)\b).*\b(voltage|vrms|phase)\b/],
  ['A', /\b(current|irms)\b/],
  ['W', /\bpower\b/],
  ['var', /\bpower\b/],
  ['VA', /\bpower\b/],
  ['Hz', /\bfreq(uency)?\b/],
]);

/** IEC 62056-6-1, 6.2: group C by quantity and direction, +20, +40, +60 the phases; D = 8 energy, 7 what is now. */
function electricity(words: readonly string[], { symbol, scale }: CanonicalUnit): Meaning | undefined {
  const has = (...any: string[]) => any.some((word) => words.includes(word));
  if (has('heat', 'heating', 'cooling', 'thermal')) return undefined;
  if (!(BESIDE_UNIT.get(symbol)?.test(words.join(' ')) ?? true)) return undefined;
  const phase = words.map((word) => PHASES.get(word)).find((found) => found !== undefined) ?? 0;
  const tariff = words.map((word) => /^t(?:ariff)?(\d)$/.exec(word)?.[1]).find(Boolean) ?? '0';
  const isExport = has('export', 'exported', 'negative', 'delivery', 'returned', 'produced', 'reverse');
  const direction = isExport ? 'export' : 'import';
  const groups: Readonly<Record<string, readonly [c: number, d: number, quantity: string]>> = {
    Wh: [isExport ? 2 : 1, 8, `active energy ${direction}`],
    varh: [isExport ? 4 : 3, 8, `reactive energy ${direction}`],
    VAh: [isExport ? 10 : 9, 8, `apparent energy ${direction}`],
    W: [isExport ? 2 : 1, 7, `active power ${direction}`],
    var: [isExport ? 4 : 3, 7, `reactive power ${direction}`],
    VA: [isExport ? 10 : 9, 7, `apparent power ${direction}`],
    A: [11, 7, 'current'],
    V: [12, 7, 'voltage'],
    Hz: [14, 7, 'frequency'],
  };
  const group = groups[symbol];
  if (!group) return undefined;
  const [c, d, quantity] = group;
  return {
    obis: `1.0.${c + 20 * phase}.${d}.${d === 8 ? tariff : '0'}.255`,
    quantity: phase > 0 ? `${quantity} L${phase}` : quantity,
    unit: symbol,
    scale,
  };
}

/** Volume of what the path names; of nobody knows what, none. */
function volume(words: readonly string[], { symbol, scale }: CanonicalUnit): Meaning | undefined {
  if (symbol !== 'm3') return undefined;
  if (words.includes('gas')) return { obis: '7.0.3.0.0.255', quantity: 'gas volume', unit: 'm3', scale };
  if (words.includes('water')) return { obis: '8.0.1.0.0.255', quantity: 'water volume', unit: 'm3', scale };
  return undefined;
}
