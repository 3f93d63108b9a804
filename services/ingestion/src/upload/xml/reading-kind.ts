import type { Accumulation } from '@metermesh/protocols';

/** What a reading measures, by the numbers of IEC 61968-9 (Annex C), which ESPI shares. */
export interface ReadingNumbers {
  readonly accumulation: number;
  readonly flowDirection: number;
  readonly commodity: number;
  readonly unit: number;
  /** Power of ten. */
  readonly multiplier: number;
  /** Rate, 0 is the total. */
  readonly tou: number;
  /** Whole seconds; undefined where the type does not say. */
  readonly intervalSeconds?: number;
}

/** The same in our words. */
export interface ReadingKind {
  readonly accumulation: Accumulation;
  /** Of the values of intervals, where there is a channel for them. */
  readonly channel?: string;
  /** Of a register. */
  readonly obis: string;
  readonly unit: string;
  readonly multiplier: number;
  readonly intervalSeconds?: number;
}

/** Annex C, table of accumulation kinds. */
const accumulations: Readonly<Record<number, Accumulation>> = {
  1: 'cumulative', // bulk quantity
  2: 'cumulative', // continuous cumulative
  3: 'cumulative',
  4: 'interval', // delta data
  6: 'instantaneous', // indicating
  9: 'cumulative', // summation
  12: 'instantaneous',
};

/** Annex C, table of units: those that channels and registers count in. */
const units: Readonly<Record<number, string>> = {
  5: 'A', 23: '°C', 29: 'V', 31: 'J', 33: 'Hz', 38: 'W', 42: 'm3', 61: 'VA', 63: 'var', 71: 'VAh', 72: 'Wh', 73: 'varh',
  119: 'ft3', 132: 'BTU', 134: 'L', 169: 'therm',
}; // prettier-ignore

const FORWARD = 1;
const REVERSE = 19;
const GAS = new Set([7]);
const HEAT = new Set([13, 14, 15]);
const WATER = new Set([9, 10]);

/** Channels of electricity by unit: what flows forward, what flows back, and group C of their OBIS codes. */
const electricity: Readonly<Record<string, readonly [string, number]>> = {
  'Wh 1': ['active-energy-import', 1],
  'Wh 19': ['active-energy-export', 2],
  'varh 1': ['reactive-energy-import', 3],
  'varh 19': ['reactive-energy-export', 4],
  'VAh 1': ['apparent-energy-import', 9],
  'VAh 19': ['apparent-energy-export', 10],
};

/** Momentary values of electricity, OBIS group C. */
const momentary: Readonly<Record<string, number>> = { W: 1, var: 3, VA: 9, A: 11, V: 12, Hz: 14 };

/** Undefined where there is no channel and no register for such a reading. */
export function readingKind(numbers: ReadingNumbers): ReadingKind | undefined {
  const accumulation = accumulations[numbers.accumulation];
  const unit = units[numbers.unit];
  if (!accumulation || !unit) return undefined;
  const place = placeOf(numbers, unit, accumulation);
  const { multiplier, intervalSeconds } = numbers;
  return place && { ...place, accumulation, unit, multiplier, intervalSeconds };
}

function placeOf(
  { flowDirection, commodity, tou }: ReadingNumbers,
  unit: string,
  accumulation: Accumulation,
): Pick<ReadingKind, 'channel' | 'obis'> | undefined {
  const isOneWay = flowDirection === 0 || flowDirection === FORWARD;
  if (unit === '°C') return { channel: 'temperature', obis: '0.0.96.9.0.255' };
  if (unit === 'm3' || unit === 'L' || unit === 'ft3') {
    if (GAS.has(commodity) && isOneWay) return { channel: 'gas-volume', obis: `7.0.3.0.${tou}.255` };
    if (WATER.has(commodity) && isOneWay) return { channel: 'water-volume', obis: `8.0.1.0.${tou}.255` };
    return undefined;
  }
  if (HEAT.has(commodity))
    return isOneWay ? { channel: 'heat-energy', obis: `6.0.1.0.${tou}.255` } : undefined;
  if (commodity !== 0 && commodity !== 1 && commodity !== 2) return undefined;
  const flow = flowDirection === REVERSE ? REVERSE : FORWARD;
  if (flow === FORWARD && !isOneWay) return undefined;
  if (accumulation === 'instantaneous') {
    const c = momentary[unit];
    return c === undefined ? undefined : { obis: `1.0.${c + (flow === REVERSE && c < 10 ? 1 : 0)}.7.0.255` };
  }
  const [channel, c] = electricity[`${unit} ${flow}`] ?? [];
  return c === undefined
    ? undefined
    : { channel: tou === 0 ? channel : undefined, obis: `1.0.${c}.8.${tou}.255` };
}

/** Annex C, table of measuring periods, in seconds. */
const measuringPeriods: Readonly<Record<number, number>> = {
  1: 600, 2: 900, 3: 60, 4: 86_400, 5: 1800, 6: 300, 7: 3600, 10: 120, 14: 180, 31: 1200, 50: 3600, 53: 1800, 54: 1200,
  55: 900, 56: 720, 57: 600, 58: 360, 59: 300, 60: 240, 61: 180, 62: 120, 63: 60,
}; // prettier-ignore

/** Numbers of a reading type's name, eighteen of them between dots (Annex C); undefined for any other name. */
export function numbersOf(mRID: string): ReadingNumbers | undefined {
  const fields = mRID.split('.').map((field) => (/^-?\d{1,6}$/.test(field) ? Number(field) : Number.NaN));
  if (fields.length !== 18 || fields.some(Number.isNaN)) return undefined;
  const [, , period, accumulation, flowDirection, commodity] = fields as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    accumulation,
    flowDirection,
    commodity,
    unit: fields[16]!,
    multiplier: fields[15]!,
    tou: fields[11]!,
    intervalSeconds: measuringPeriods[period],
  };
}
