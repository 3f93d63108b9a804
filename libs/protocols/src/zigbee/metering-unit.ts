import type { Scope } from './scope.ts';

/** What a Metering cluster counts, put together from its formatting attributes (ZCL 10.4.2.2.4). */
export interface MeteringFormat {
  readonly medium: Medium | undefined;
  /** Of summations, and the power of ten that takes one to `unit`. */
  readonly unit: string;
  readonly exponent: number;
  /** Of demands, under the same exponent. */
  readonly demandUnit: string;
  readonly multiplier: bigint;
  readonly divisor: bigint;
  /** Values are binary-coded decimals. */
  readonly isBcd: boolean;
}

export type Medium = 'electricity' | 'gas' | 'water' | 'heat' | 'cooling' | 'pressure';

export const meteringFormat = {
  unitOfMeasure: 0x0300,
  multiplier: 0x0301,
  divisor: 0x0302,
  deviceType: 0x0306,
} as const;

/** ZCL 10.4.2.2.4.1, table of UnitofMeasure: unit of summations, of demands, power of ten. */
const units: Readonly<Record<number, readonly [unit: string, demandUnit: string, exponent: number]>> = {
  0x00: ['Wh', 'W', 3],
  0x01: ['m3', 'm3/h', 0],
  0x02: ['ft3', 'ft3/h', 0],
  0x03: ['ft3', 'ft3/h', 2],
  0x04: ['gal (US)', 'gal (US)/h', 0],
  0x05: ['gal (UK)', 'gal (UK)/h', 0],
  0x06: ['BTU', 'BTU/h', 0],
  0x07: ['L', 'L/h', 0],
  0x08: ['Pa', 'Pa', 3],
  0x09: ['Pa', 'Pa', 3],
  0x0a: ['ft3', 'ft3/h', 3],
  0x0c: ['J', 'W', 6],
  0x0d: ['varh', 'var', 3],
};

const BCD = 0x80;

/** MeteringDeviceType (ZCL 10.4.2.2.4.7); what is mirrored counts from 127 on. */
const media: readonly (Medium | undefined)[] = [
  'electricity', 'gas', 'water', 'heat', 'pressure', 'heat', 'cooling', 'electricity', 'electricity', 'electricity',
  'electricity', 'electricity', 'heat', 'electricity', 'electricity', 'electricity',
]; // prettier-ignore

/** Undefined where the unit is not known, or the divisor: nobody could say what a number stands for. */
export function formatOf(scope: Scope): MeteringFormat | undefined {
  const unitOfMeasure = scope.number(meteringFormat.unitOfMeasure);
  const divisor = scope.number(meteringFormat.divisor);
  const unit = unitOfMeasure === undefined ? undefined : units[unitOfMeasure & ~BCD];
  if (!unit || !divisor) return undefined;
  return {
    medium: mediumOf(scope) ?? (/Wh|varh/.test(unit[0]) ? 'electricity' : undefined),
    unit: unit[0],
    demandUnit: unit[1],
    exponent: unit[2],
    multiplier: BigInt(scope.number(meteringFormat.multiplier) || 1),
    divisor: BigInt(divisor),
    isBcd: (unitOfMeasure! & BCD) !== 0,
  };
}

export function mediumOf(scope: Scope): Medium | undefined {
  const type = scope.number(meteringFormat.deviceType);
  return type === undefined ? undefined : media[type >= 127 ? type - 127 : type];
}

/** Binary-coded decimal, four bits a digit; undefined where a digit is none. */
export function fromBcd(value: number | bigint): number | bigint | undefined {
  const digits = value.toString(16);
  if (!/^\d+$/.test(digits)) return undefined;
  return digits.length > 15 ? BigInt(digits) : Number(digits);
}

/** The register of what was delivered or received, of a tier (0: all); undefined where there is no code. */
export function summationObis(
  format: MeteringFormat,
  isDelivered: boolean,
  tier: number,
): string | undefined {
  if (format.medium === 'electricity') {
    const reactive = format.unit === 'varh' ? 2 : 0;
    return `1.0.${reactive + (isDelivered ? 1 : 2)}.8.${tier}.255`;
  }
  const register = isDelivered ? registers[format.medium ?? 'pressure'] : undefined;
  return register && `${register}.0.${tier}.255`;
}

const registers: Readonly<Partial<Record<Medium, string>>> = {
  gas: '7.0.3',
  water: '8.0.1',
  heat: '6.0.1',
  cooling: '5.0.1',
};
