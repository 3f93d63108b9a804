import { UNNAMED, type DecodedMeasurement } from '../measurement.ts';
import { placed, unnamed, type AttributeMeaning, type Target } from './attribute.ts';
import { extendedStatusEvents, meterStatusEvents } from './meter-status.ts';
import { formatOf, fromBcd, meteringFormat, summationObis, type MeteringFormat } from './metering-unit.ts';
import { instantOf, zclType } from './zcl-value.ts';
import type { Scope } from './scope.ts';
import type { ZclAttribute } from './zcl-frame.ts';

/** Metering (ZCL 10.4, once Simple Metering of Smart Energy). */
export const METERING = 0x0702;

const READ_AT = 0x0007;
const {
  uint8,
  uint16,
  uint24,
  uint32,
  uint48,
  int8,
  int24,
  int32,
  enum8,
  bitmap8,
  bitmap64,
  octets,
  utcTime,
} = zclType;

/** The time at which the meter took what it reports, where it says. */
export function snapshotTime(scope: Scope): string | undefined {
  const seconds = scope.number(READ_AT);
  return seconds === undefined ? undefined : instantOf(seconds);
}

/** A value that needs unit, multiplier and divisor; without them it is kept as it was sent, under its own code. */
function counted(
  attribute: ZclAttribute,
  scope: Scope,
  quantity: string,
  target: (format: MeteringFormat) => Target,
): DecodedMeasurement | undefined {
  const format = formatOf(scope);
  const value = format?.isBcd && typeof attribute.value !== 'object' ? bcdValue(attribute) : attribute;
  if (!format || !value) {
    scope.warn(
      'ZIGBEE_SCALE_MISSING',
      'Unit of measure (0300), multiplier (0301) and divisor (0302) of the meter are not all in the frame or known: ' +
        'its values are given as they were sent, without unit. Read these attributes once and give them.',
    );
    const kept = unnamed(attribute, scope, quantity);
    return kept && typeof attribute.value === 'number' ? { ...kept, raw: attribute.value, scaler: 0 } : kept;
  }
  const { multiplier, divisor, exponent } = format;
  return placed(value, scope, target(format), multiplier, divisor, exponent);
}

function bcdValue(attribute: ZclAttribute): ZclAttribute | undefined {
  const { value } = attribute;
  const digits = typeof value === 'number' || typeof value === 'bigint' ? fromBcd(value) : undefined;
  return digits === undefined ? undefined : { ...attribute, value: digits };
}

function summation(name: string, isDelivered: boolean, tier = 0): AttributeMeaning {
  const quantity = `summation ${isDelivered ? 'delivered' : 'received'}${tier > 0 ? ` tier ${tier}` : ''}`;
  return {
    name,
    types: [uint48],
    measure: (attribute, scope) =>
      counted(attribute, scope, quantity, (format) => {
        const obis = summationObis(format, isDelivered, tier);
        const named = obis === undefined ? { obis: UNNAMED, quantity } : { obis };
        return { ...named, unit: format.unit, tariff: tier > 0 ? tier : undefined };
      }),
  };
}

function maximumDemand(isDelivered: boolean, timeId: number): AttributeMeaning {
  const quantity = `maximum demand ${isDelivered ? 'delivered' : 'received'}`;
  return {
    name: quantity,
    types: [uint48],
    measure: (attribute, scope) =>
      counted(attribute, scope, quantity, ({ medium, demandUnit }) => {
        const seconds = scope.number(timeId);
        const isActive = medium === 'electricity' && demandUnit === 'W';
        return {
          obis: isActive ? `1.0.${isDelivered ? 1 : 2}.6.0.255` : UNNAMED,
          quantity: isActive ? undefined : quantity,
          unit: demandUnit,
          extreme: 'maximum',
          time: seconds === undefined ? undefined : instantOf(seconds),
        };
      }),
  };
}

/** Momentary: positive is delivered to the premises, negative received from there (ZCL 10.4.2.2.5.1). */
const instantaneousDemand: AttributeMeaning = {
  name: 'instantaneous demand',
  types: [int24, int32],
  measure: (attribute, scope) =>
    counted(attribute, scope, 'instantaneous demand', ({ medium, demandUnit }) => {
      const obis = flowCodes[`${medium} ${demandUnit}`];
      return {
        obis: obis ?? UNNAMED,
        quantity: obis?.startsWith('1.') ? undefined : 'instantaneous demand',
        unit: demandUnit,
      };
    }),
};

const flowCodes: Readonly<Record<string, string>> = {
  'electricity W': '1.0.16.7.0.255',
  'electricity var': '1.0.3.7.0.255',
  'water m3/h': '8.0.2.0.0.255',
  'heat W': '6.0.8.0.0.255',
};

/** Consumption of a day or another period: an energy without a code. */
const consumption = (name: string, types: readonly number[]): AttributeMeaning => ({
  name,
  types,
  measure: (attribute, scope) =>
    counted(attribute, scope, name, ({ unit }) => ({ obis: UNNAMED, quantity: name, unit })),
});

const plain = (name: string, types: readonly number[], unit?: string): AttributeMeaning => ({
  name,
  types,
  measure: (attribute, scope) => {
    const value = unnamed(attribute, scope, name);
    return value && unit ? { ...value, unit } : value;
  },
});

const helper = (name: string, types: readonly number[]): AttributeMeaning => ({ name, types });

const TIERS = 15;

function* tiers(): Generator<[number, AttributeMeaning]> {
  for (let tier = 1; tier <= TIERS; tier++) {
    const id = 0x0100 + 2 * (tier - 1);
    yield [id, summation(`tier ${tier} summation delivered`, true, tier)];
    yield [id + 1, summation(`tier ${tier} summation received`, false, tier)];
  }
}

export const metering: ReadonlyMap<number, AttributeMeaning> = new Map<number, AttributeMeaning>([
  [0x0000, summation('current summation delivered', true)],
  [0x0001, summation('current summation received', false)],
  [0x0002, maximumDemand(true, 0x0008)],
  [0x0003, maximumDemand(false, 0x0009)],
  [0x0004, consumption('DFT summation', [uint48])],
  [0x0005, plain('daily freeze time', [uint16])],
  [
    0x0006,
    {
      name: 'power factor',
      types: [int8],
      measure: (attribute, scope) => placed(attribute, scope, { obis: '1.0.13.7.0.255' }, 1n, 1n, -2),
    },
  ],
  [READ_AT, helper('reading snapshot time', [utcTime])],
  [0x0008, helper('current maximum demand delivered time', [utcTime])],
  [0x0009, helper('current maximum demand received time', [utcTime])],
  [0x000a, plain('default update period', [uint8])],
  [0x000b, plain('fast poll update period', [uint8])],
  [0x000c, consumption('current block period consumption delivered', [uint48])],
  [0x000d, consumption('daily consumption target', [uint24])],
  [0x000f, plain('profile interval period', [enum8])],
  ...tiers(),
  [
    0x0200,
    { name: 'status', types: [bitmap8], events: ({ value }, scope) => meterStatusEvents(value, scope) },
  ],
  [0x0201, plain('remaining battery life', [uint8], '%')],
  [0x0202, plain('hours in operation', [uint24], 'h')],
  [0x0203, plain('hours in fault', [uint24], 'h')],
  [
    0x0204,
    { name: 'extended status', types: [bitmap64], events: ({ value }) => extendedStatusEvents(value) },
  ],
  [meteringFormat.unitOfMeasure, helper('unit of measure', [enum8])],
  [meteringFormat.multiplier, helper('multiplier', [uint24])],
  [meteringFormat.divisor, helper('divisor', [uint24])],
  [0x0303, helper('summation formatting', [bitmap8])],
  [0x0304, helper('demand formatting', [bitmap8])],
  [0x0305, helper('historical consumption formatting', [bitmap8])],
  [meteringFormat.deviceType, helper('metering device type', [bitmap8, enum8])],
  [0x0307, plain('site id', [octets])],
  [0x0308, helper('meter serial number', [octets])],
  [0x0400, instantaneousDemand],
  [0x0401, consumption('current day consumption delivered', [uint24])],
  [0x0402, consumption('current day consumption received', [uint24])],
  [0x0403, consumption('previous day consumption delivered', [uint24])],
  [0x0404, consumption('previous day consumption received', [uint24])],
  [0x0500, plain('maximum number of periods delivered', [uint8])],
  [0x0600, consumption('current demand delivered', [uint24])],
  [0x0601, plain('demand limit', [uint24])],
  [0x0602, plain('demand integration period', [uint8])],
  [0x0603, plain('number of demand subintervals', [uint8])],
  [0x0207, plain('current meter id', [octets])],
  [0x0312, plain('alternative unit of measure', [enum8])],
  [0x0a00, plain('billing to date delivered', [uint32])],
]);
