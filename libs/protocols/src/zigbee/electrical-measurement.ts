import { UNNAMED } from '../measurement.ts';
import { placed, unnamed, type AttributeMeaning, type Target } from './attribute.ts';
import { zclType } from './zcl-value.ts';

/** Electrical Measurement (ZCL 4.9). Multipliers and divisors are 1 where a device has none (4.9.2.2). */
export const ELECTRICAL_MEASUREMENT = 0x0b04;

interface Scale {
  readonly multiplier: number;
  readonly divisor: number;
}

const frequency: Scale = { multiplier: 0x0400, divisor: 0x0401 };
const totalPower: Scale = { multiplier: 0x0402, divisor: 0x0403 };
const voltage: Scale = { multiplier: 0x0600, divisor: 0x0601 };
const current: Scale = { multiplier: 0x0602, divisor: 0x0603 };
const power: Scale = { multiplier: 0x0604, divisor: 0x0605 };
const dcVoltage: Scale = { multiplier: 0x0200, divisor: 0x0201 };
const dcCurrent: Scale = { multiplier: 0x0202, divisor: 0x0203 };
const dcPower: Scale = { multiplier: 0x0204, divisor: 0x0205 };

const { uint16, uint32, int8, int16, int32 } = zclType;
const integers = [uint16, int16, int32, uint32, zclType.int24, zclType.uint24];

function scaled(name: string, scale: Scale, target: Target): AttributeMeaning {
  return {
    name,
    types: integers,
    measure: (attribute, scope) => {
      const multiplier = scope.number(scale.multiplier) || undefined;
      const divisor = scope.number(scale.divisor) || undefined;
      if (divisor === undefined) {
        scope.warn(
          'ZIGBEE_SCALE_ASSUMED',
          `The divisor ${scope.code(scale.divisor)} is neither in the frame nor known: 1 is taken, as for devices without it.`,
        );
      }
      return placed(attribute, scope, target, BigInt(multiplier ?? 1), BigInt(divisor ?? 1), 0);
    },
  };
}

const plain = (name: string, types: readonly number[], quantity: string): AttributeMeaning => ({
  name,
  types,
  measure: (attribute, scope) => unnamed(attribute, scope, quantity),
});

const helper = (name: string): AttributeMeaning => ({ name, types: integers });

const dc = (quantity: string, unit: string): Target => ({ obis: UNNAMED, quantity, unit });

/** `offset` 0x0500 is phase L1 (or the only one), 0x0900 L2, 0x0A00 L3; `c` is added to group C of the OBIS code. */
function phase(offset: number, c: number, suffix: string): [number, AttributeMeaning][] {
  const code = (base: number, d = 7) => `1.0.${base + c}.${d}.0.255`;
  const lowest = (base: number, unit: string): Target => ({ obis: code(base, 3), unit, extreme: 'minimum' });
  const highest = (base: number, unit: string): Target => ({ obis: code(base, 6), unit, extreme: 'maximum' });
  const entries: [number, AttributeMeaning][] = [
    [0x01, scaled('line current', current, { obis: UNNAMED, quantity: 'line current', unit: 'A' })],
    [0x02, scaled('active current', current, { obis: UNNAMED, quantity: 'active current', unit: 'A' })],
    [0x03, scaled('reactive current', current, { obis: UNNAMED, quantity: 'reactive current', unit: 'A' })],
    [0x05, scaled('RMS voltage', voltage, { obis: code(12), unit: 'V' })],
    [0x06, scaled('RMS voltage minimum', voltage, lowest(12, 'V'))],
    [0x07, scaled('RMS voltage maximum', voltage, highest(12, 'V'))],
    [0x08, scaled('RMS current', current, { obis: code(11), unit: 'A' })],
    [0x09, scaled('RMS current minimum', current, lowest(11, 'A'))],
    [0x0a, scaled('RMS current maximum', current, highest(11, 'A'))],
    [0x0b, scaled('active power', power, { obis: code(16), unit: 'W' })],
    [0x0c, scaled('active power minimum', power, lowest(16, 'W'))],
    [0x0d, scaled('active power maximum', power, highest(16, 'W'))],
    [0x0e, scaled('reactive power', power, { obis: code(3), unit: 'var' })],
    [0x0f, scaled('apparent power', power, { obis: code(9), unit: 'VA' })],
    [
      0x10,
      {
        name: 'power factor',
        types: [int8],
        measure: (attribute, scope) => placed(attribute, scope, { obis: code(13) }, 1n, 1n, -2),
      },
    ],
    [0x11, plain('average RMS voltage measurement period', [uint16], 'averaging period of voltage')],
    [0x12, plain('average RMS over voltage counter', [uint16], 'over voltage count')],
    [0x13, plain('average RMS under voltage counter', [uint16], 'under voltage count')],
  ];
  return entries.map(([id, meaning]) => [offset + id, { ...meaning, name: meaning.name + suffix }]);
}

export const electricalMeasurement: ReadonlyMap<number, AttributeMeaning> = new Map([
  [0x0000, { name: 'measurement type', types: [zclType.bitmap32] }],
  [0x0100, scaled('DC voltage', dcVoltage, dc('DC voltage', 'V'))],
  [0x0103, scaled('DC current', dcCurrent, dc('DC current', 'A'))],
  [0x0106, scaled('DC power', dcPower, dc('DC power', 'W'))],
  ...[0x0200, 0x0201, 0x0202, 0x0203, 0x0204, 0x0205].map((id): [number, AttributeMeaning] => [
    id,
    helper('DC scale'),
  ]),
  [0x0300, scaled('AC frequency', frequency, { obis: '1.0.14.7.0.255', unit: 'Hz' })],
  [
    0x0301,
    scaled('AC frequency minimum', frequency, { obis: '1.0.14.3.0.255', unit: 'Hz', extreme: 'minimum' }),
  ],
  [
    0x0302,
    scaled('AC frequency maximum', frequency, { obis: '1.0.14.6.0.255', unit: 'Hz', extreme: 'maximum' }),
  ],
  [0x0303, plain('neutral current', [uint16], 'neutral current')],
  [0x0304, scaled('total active power', totalPower, { obis: '1.0.16.7.0.255', unit: 'W' })],
  [0x0305, scaled('total reactive power', totalPower, { obis: '1.0.3.7.0.255', unit: 'var' })],
  [0x0306, scaled('total apparent power', totalPower, { obis: '1.0.9.7.0.255', unit: 'VA' })],
  ...[0x0400, 0x0401, 0x0402, 0x0403, 0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605].map(
    (id): [number, AttributeMeaning] => [id, helper('AC scale')],
  ),
  ...phase(0x0500, 20, ''),
  ...phase(0x0900, 40, ' phase B'),
  ...phase(0x0a00, 60, ' phase C'),
]);
