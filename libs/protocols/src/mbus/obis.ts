import { UNNAMED } from '../measurement.ts';
import type { Modification } from './combinable.ts';

/** What of a record names it, besides its value information. */
export interface RecordPlace {
  readonly storage: number;
  readonly tariff: number;
  readonly subunit: number;
  readonly extreme: 'minimum' | 'maximum' | 'during-error' | undefined;
}

const LARGEST_GROUP = 254;
const CURRENT = 255;
const ELECTRICITY = 1;
const HCA = 4;
const COOLING = 5;
const HEAT = 6;
const GAS = 7;

/**
 * The OBIS code of a record (EN 13757-1, 7, OMS-Specification volume 2, Annex A): A is the medium, B the subunit,
 * E the tariff, F the storage number (255 is the present value). {@link UNNAMED} where there is none.
 */
export function obisOf(
  medium: number,
  m: Modification,
  { storage, tariff, subunit, extreme }: RecordPlace,
): string {
  if (m.altered || storage > LARGEST_GROUP || subunit > 63 || tariff > 63) return UNNAMED;
  const f = storage === 0 ? CURRENT : storage;
  if (!extreme && !m.direction && storage === 0 && tariff === 0 && subunit === 0) {
    const abstract = abstractCodes[m.quantity];
    if (abstract) return abstract;
  }
  const cd =
    medium === ELECTRICITY ? electricity(m, extreme) : extreme || m.direction ? undefined : other(medium, m);
  return cd === undefined ? UNNAMED : `${medium}.${subunit}.${cd}.${tariff}.${f}`;
}

/** Objects of the device itself (IEC 62056-6-1, 5.3.3). */
const abstractCodes: Readonly<Record<string, string>> = {
  clock: '0.0.1.0.0.255',
  'fabrication number': '0.0.96.1.0.255',
  'error flags': '0.0.97.97.0.255',
  'signal strength': '0.0.96.12.5.255',
  temperature: '0.0.96.9.0.255',
  'relative humidity': '0.0.96.9.2.255',
};

/** Groups C of import and export per quantity (IEC 62056-6-1, 6.2). */
const electricGroups: Readonly<Record<string, readonly [forward: number, backward: number]>> = {
  energy: [1, 2],
  power: [1, 2],
  'reactive energy': [3, 4],
  'reactive power': [3, 4],
  'apparent energy': [9, 10],
  'apparent power': [9, 10],
  current: [11, 11],
  voltage: [12, 12],
  frequency: [14, 14],
};

function electricity(m: Modification, extreme: RecordPlace['extreme']): string | undefined {
  const groups = electricGroups[m.quantity];
  if (!groups || extreme === 'during-error' || m.unit === 'J' || m.unit === 'cal') return undefined;
  const isReactive = groups[0] === 3;
  if (m.quadrant && !isReactive) return undefined;
  const c = m.quadrant ? 4 + m.quadrant : groups[m.direction === 'backward' ? 1 : 0]!;
  const isEnergy = m.quantity.endsWith('energy');
  if (isEnergy && extreme) return undefined;
  const d = isEnergy ? 8 : extreme === 'maximum' ? 6 : extreme === 'minimum' ? 3 : 7;
  return `${c + 20 * m.phase}.${d}`;
}

/** Groups C of thermal energy (EN 13757-1, 7.3.4). */
const thermalGroups: Readonly<Record<string, number>> = {
  energy: 1,
  volume: 2,
  mass: 3,
  power: 8,
  'volume flow': 9,
  'flow temperature': 10,
  'return temperature': 11,
  'temperature difference': 12,
};

function other(medium: number, m: Modification): string | undefined {
  if (m.phase || m.quadrant) return undefined;
  if (medium === HEAT || medium === COOLING) {
    const c = thermalGroups[m.quantity];
    return c === undefined || m.condition ? undefined : `${c}.0`;
  }
  if (medium === HCA) return m.quantity === 'heat cost units' ? '1.0' : undefined;
  if (medium === GAS) return gas(m);
  if (medium === 0 || m.condition) return undefined;
  if (m.quantity === 'volume') return '1.0';
  return m.quantity === 'volume flow' ? '2.0' : undefined;
}

/** Volume at metering or at base conditions (EN 13757-1, 7.3.2, group C 3, D 0 and 2). */
function gas(m: Modification): string | undefined {
  if (m.quantity === 'volume') return m.condition === 'base' ? '3.2' : '3.0';
  return m.quantity === 'volume flow' ? '43.15' : undefined;
}
