import { deviceEvents, type Flag } from './status-flags.ts';
import { fixed, placed, unnamed, type AttributeMeaning } from './attribute.ts';
import { UNNAMED } from '../measurement.ts';
import { zclText, zclType } from './zcl-value.ts';

/** Clusters whose attributes are few: device, switch and environment (ZCL 3 and 4). */
export const BASIC = 0x0000;
export const POWER_CONFIGURATION = 0x0001;
export const ALARMS = 0x0009;
export const PRESSURE = 0x0403;
export const IAS_ZONE = 0x0500;

const TEMPERATURE_OBIS = '0.0.96.9.0.255';
const PRESSURE_OBIS = '0.0.96.9.1.255';
const HUMIDITY_OBIS = '0.0.96.9.2.255';
/** There is no standard code; from 128 on group E is for manufacturers, and readings of carbon dioxide are kept under this. */
const CO2_OBIS = '0.0.96.9.128.255';
const SWITCH_OBIS = '0.0.96.3.10.255';

const { boolean, bitmap8, bitmap32, uint8, uint16, uint32, int8, int16, enum8, enum16, single, text } =
  zclType;

const kept = (name: string, types: readonly number[]): AttributeMeaning => ({
  name,
  types,
  measure: (attribute, scope) => unnamed(attribute, scope, name),
});

const measured = (
  name: string,
  types: readonly number[],
  measure: AttributeMeaning['measure'],
): AttributeMeaning => ({
  name,
  types,
  measure,
});

/** A sensor with its value and the bounds of what it can measure. */
function sensor(
  types: readonly number[],
  obis: string,
  quantity: string,
  unit: string | undefined,
  exponent: number,
) {
  const named = { obis, quantity, unit };
  const bound = (what: string) =>
    measured(
      what,
      types,
      fixed({ obis: UNNAMED, quantity: `${what} measurable ${quantity}`, unit }, exponent),
    );
  return new Map<number, AttributeMeaning>([
    [0x0000, measured(quantity, types, fixed(named, exponent))],
    [0x0001, bound('minimum')],
    [0x0002, bound('maximum')],
    [
      0x0003,
      measured(
        'tolerance',
        [uint16, single],
        fixed({ obis: UNNAMED, quantity: `tolerance of ${quantity}`, unit }, exponent),
      ),
    ],
  ]);
}

const SCALED_PRESSURE = 0x0010;
const PRESSURE_SCALE = 0x0014;

/** MeasuredValue counts 100 Pa, ScaledValue 10^-Scale Pa: the coarse one only keeps the code where the fine one is there. */
const pressure = new Map<number, AttributeMeaning>([
  ...sensor([int16], PRESSURE_OBIS, 'air pressure', 'Pa', 2),
  [
    0x0000,
    measured('air pressure', [int16], (attribute, scope) => {
      const isCoarse = scope.has(SCALED_PRESSURE) && scope.number(PRESSURE_SCALE) !== undefined;
      const obis = isCoarse ? UNNAMED : PRESSURE_OBIS;
      return placed(attribute, scope, { obis, quantity: 'air pressure', unit: 'Pa' }, 1n, 1n, 2);
    }),
  ],
  [
    SCALED_PRESSURE,
    measured('scaled air pressure', [int16], (attribute, scope) => {
      const scale = scope.number(PRESSURE_SCALE);
      if (scale === undefined) return unnamed(attribute, scope, 'scaled air pressure');
      return placed(
        attribute,
        scope,
        { obis: PRESSURE_OBIS, quantity: 'air pressure', unit: 'Pa' },
        1n,
        1n,
        -scale,
      );
    }),
  ],
  [PRESSURE_SCALE, { name: 'scale', types: [int8] }],
]);

/** Illuminance is 10000 × log10(lux) + 1 (ZCL 4.2.2.2.1): lux has no exact decimal, four digits are what 16 bits hold. */
const illuminance = measured('illuminance', [uint16], ({ id, value }, scope) => {
  if (typeof value !== 'number') return undefined;
  const lux = value === 0 ? 0 : Number((10 ** ((value - 1) / 10_000)).toPrecision(4));
  return {
    obis: UNNAMED,
    code: scope.code(id),
    quantity: 'illuminance',
    value: String(lux),
    unit: 'lx',
    raw: value,
  };
});

const presentValue = measured('present value', [single], (attribute, scope) => {
  const unit = scope.text(0x001c) || undefined;
  return placed(attribute, scope, { obis: UNNAMED, quantity: 'present value', unit }, 1n, 1n, 0);
});

const analogInput = new Map<number, AttributeMeaning>([
  [0x001c, { name: 'description', types: [text] }],
  [0x0055, presentValue],
  [0x006f, { name: 'status flags', types: [bitmap8] }],
  [0x0075, kept('engineering units', [enum16])],
  [0x0100, kept('application type', [uint32])],
]);

const batteryAlarms: readonly Flag[] = [
  ...Array.from({ length: 30 }, (_, bit): Flag => {
    const isThreshold = bit % 10 < 4;
    return isThreshold
      ? { bit, name: `battery ${1 + Math.floor(bit / 10)} low`, type: 'battery-low' }
      : { bit };
  }),
  { bit: 30, name: 'mains power lost', type: 'power-down' },
];

const power = new Map<number, AttributeMeaning>([
  [0x0000, measured('mains voltage', [uint16], fixed({ obis: '1.0.12.7.0.255', unit: 'V' }, -1))],
  // Half Hertz; a constant 0x00 means that it is too low to tell, 0xFE too high.
  [0x0001, kept('mains frequency', [uint8])],
  [
    0x0020,
    measured(
      'battery voltage',
      [uint8],
      fixed({ obis: '0.0.96.6.3.255', quantity: 'battery voltage', unit: 'V' }, -1),
    ),
  ],
  [
    0x0021,
    measured('battery percentage remaining', [uint8], (attribute, scope) =>
      placed(attribute, scope, { obis: UNNAMED, quantity: 'battery charge', unit: '%' }, 1n, 2n, 0),
    ),
  ],
  [
    0x003e,
    {
      name: 'battery alarm state',
      types: [bitmap32],
      events: ({ value }) => deviceEvents('zcl:0001/003E', value, batteryAlarms),
    },
  ],
]);

const zoneFlags: readonly Flag[] = [
  { bit: 2, name: 'tamper', type: 'tamper' },
  { bit: 3, name: 'battery low', type: 'battery-low' },
  { bit: 6, name: 'trouble', type: 'self-check-failed' },
  { bit: 7, name: 'mains fault', type: 'power-down' },
  { bit: 9, name: 'battery defect', type: 'battery-low' },
];

/** ZoneStatus (ZCL 8.2.2.2.1.3), as an attribute and in the notification. */
export const zoneEvents = (status: number) => deviceEvents('zcl:0500/0002', status, zoneFlags);

/** A concentration is a fraction of one (ZCL 4.13): parts per million. */
const partsPerMillion = (obis: string, quantity: string) => sensor([single], obis, quantity, 'ppm', 6);

export const otherClusters: readonly (readonly [number, string, ReadonlyMap<number, AttributeMeaning>])[] = [
  [
    BASIC,
    'basic',
    new Map([
      [0x0000, { name: 'ZCL version', types: [uint8] }],
      [0x0001, kept('application version', [uint8])],
      [0x0003, kept('hardware version', [uint8])],
      [0x0004, { name: 'manufacturer name', types: [text] }],
      [0x0005, kept('model identifier', [text])],
      [0x0006, kept('date code', [text])],
      [0x0007, kept('power source', [enum8])],
      [0x4000, { name: 'software build', types: [text] }],
    ]),
  ],
  [POWER_CONFIGURATION, 'power configuration', power],
  [
    0x0002,
    'device temperature',
    new Map([
      [
        0x0000,
        measured(
          'device temperature',
          [int16],
          fixed({ obis: UNNAMED, quantity: 'device temperature', unit: '°C' }, 0),
        ),
      ],
    ]),
  ],
  [
    0x0006,
    'on/off',
    new Map([
      [
        0x0000,
        measured('on/off', [boolean], ({ value }) =>
          value === undefined
            ? undefined
            : { obis: SWITCH_OBIS, quantity: 'disconnect control', value: zclText(value) },
        ),
      ],
      [0x4003, kept('start-up on/off', [enum8])],
    ]),
  ],
  [0x000c, 'analog input', analogInput],
  [0x0400, 'illuminance', new Map([[0x0000, illuminance]])],
  [0x0402, 'temperature', sensor([int16], TEMPERATURE_OBIS, 'temperature', '°C', -2)],
  [PRESSURE, 'pressure', pressure],
  [0x0404, 'flow', sensor([uint16], UNNAMED, 'flow', 'm3/h', -1)],
  [0x0405, 'relative humidity', sensor([uint16], HUMIDITY_OBIS, 'relative humidity', '%', -2)],
  [0x0406, 'occupancy', new Map([[0x0000, kept('occupancy', [bitmap8])]])],
  [0x0408, 'soil moisture', sensor([uint16], UNNAMED, 'soil moisture', '%', -2)],
  [0x040c, 'CO concentration', partsPerMillion(UNNAMED, 'carbon monoxide')],
  [0x040d, 'CO2 concentration', partsPerMillion(CO2_OBIS, 'carbon dioxide')],
  [0x042a, 'PM2.5 concentration', sensor([single], UNNAMED, 'PM2.5', 'µg/m3', 0)],
  [0x042b, 'formaldehyde concentration', partsPerMillion(UNNAMED, 'formaldehyde')],
  [ALARMS, 'alarms', new Map()],
  [
    IAS_ZONE,
    'IAS zone',
    new Map([
      [
        0x0002,
        { name: 'zone status', types: [zclType.bitmap16], events: ({ value }) => zoneEvents(Number(value)) },
      ],
    ]),
  ],
];
