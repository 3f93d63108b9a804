import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecodedPush } from '../measurement.ts';
import { zigbee } from './codec.ts';
import { decodeZigbee } from './decode.ts';
import {
  encodeAttributeReport,
  encodeMeteringReport,
  encodeProfileResponse,
  withCluster,
  type OutgoingAttribute,
} from './encode.ts';
import { zclType } from './zcl-value.ts';

const report = (cluster: number, ...attributes: OutgoingAttribute[]) =>
  withCluster(cluster, encodeAttributeReport({ sequence: 1, attributes }));
const values = ({ measurements }: DecodedPush) =>
  measurements.map(({ obis, value, unit }) => [obis, value, unit]);
const scale = (multiplier: number, divisor: number, unit = 0, deviceType?: number): OutgoingAttribute[] => [
  { id: 0x0300, type: zclType.enum8, value: unit },
  { id: 0x0301, type: zclType.uint24, value: multiplier },
  { id: 0x0302, type: zclType.uint24, value: divisor },
  ...(deviceType === undefined ? [] : [{ id: 0x0306, type: zclType.bitmap8, value: deviceType }]),
];
const delivered = (value: number | bigint): OutgoingAttribute => ({
  id: 0x0000,
  type: zclType.uint48,
  value,
});

describe('a metering report', () => {
  it('given all that tells how to read it, is registers of its meter at the time of the snapshot', () => {
    const readAt = Date.parse('2026-07-01T00:15:00Z');
    const push = decodeZigbee(
      encodeMeteringReport({
        sequence: 9,
        serialNumber: 'ZB-1',
        readAt,
        delivered: 1_234_567,
        received: 89,
        demand: -450,
        status: 0b0100_0110,
      }),
    );
    expect(push).toMatchObject({
      device: { serialNumber: 'ZB-1', medium: 'electricity' },
      time: '2026-07-01T00:15:00.000Z',
      warnings: [],
    });
    expect(values(push)).toEqual([
      ['1.0.1.8.0.255', '1234567', 'Wh'],
      ['1.0.2.8.0.255', '89', 'Wh'],
      ['1.0.16.7.0.255', '-450', 'W'],
    ]);
    expect(push.events).toEqual([
      { code: 'zcl:0702/0200.1', name: 'low battery', type: 'battery-low' },
      { code: 'zcl:0702/0200.2', name: 'tamper detected', type: 'tamper' },
      { code: 'zcl:0702/0200.6', name: 'service disconnect open', type: 'disconnected' },
    ]);
  });

  it.each<
    [
      what: string,
      scale: OutgoingAttribute[],
      raw: number | bigint,
      obis: string,
      value: string,
      unit: string,
    ]
  >([
    ['kWh with two decimals', scale(1, 100, 0, 0), 12_345, '1.0.1.8.0.255', '123450', 'Wh'],
    ['a multiplier', scale(25, 1000, 0, 0), 3, '1.0.1.8.0.255', '75', 'Wh'],
    ['impulses of a third', scale(1, 3, 0, 0), 1, '1.0.1.8.0.255', '333.333333333', 'Wh'],
    ['all of 48 bits', scale(1, 1000, 0, 0), 2n ** 48n - 2n, '1.0.1.8.0.255', '281474976710654', 'Wh'],
    ['gas in m3', scale(1, 1000, 1, 1), 4_567, '7.0.3.0.0.255', '4.567', 'm3'],
    ['mirrored gas', scale(1, 1000, 1, 128), 4_567, '7.0.3.0.0.255', '4.567', 'm3'],
    ['water in litres', scale(10, 1, 7, 2), 321, '8.0.1.0.0.255', '3210', 'L'],
    ['heat in MJ', scale(1, 10, 0x0c, 5), 55, '6.0.1.0.0.255', '5500000', 'J'],
    ['reactive energy', scale(1, 1000, 0x0d, 0), 77, '1.0.3.8.0.255', '77', 'varh'],
    ['binary-coded decimals', scale(1, 1000, 0x80, 0), 0x1234, '1.0.1.8.0.255', '1234', 'Wh'],
    ['a volume of nobody knows what', scale(1, 1000, 1), 1, '0.0.0.0.0.0', '0.001', 'm3'],
  ])('counts %s', (_what, attributes, raw, obis, value, unit) => {
    expect(values(decodeZigbee(report(0x0702, delivered(raw), ...attributes)))).toEqual([
      [obis, value, unit],
    ]);
  });

  it('reads with what is known of the device, and the frame counts first', () => {
    const attributes = { '0702/0300': 0, '0702/0301': 1, '0702/0302': 100 };
    const bare = report(0x0702, delivered(500));
    expect(values(decodeZigbee(bare, { attributes }))).toEqual([['1.0.1.8.0.255', '5000', 'Wh']]);
    const full = report(0x0702, delivered(500), ...scale(1, 1000));
    expect(values(decodeZigbee(full, { attributes }))).toEqual([['1.0.1.8.0.255', '500', 'Wh']]);
  });

  it('is never taken for energy without a scale', () => {
    const { measurements, warnings } = decodeZigbee(report(0x0702, delivered(500)));
    expect(measurements).toEqual([
      {
        obis: '0.0.0.0.0.0',
        code: 'zcl:0702/0000',
        quantity: 'summation delivered',
        value: '500',
        raw: 500,
        scaler: 0,
      },
    ]);
    expect(warnings).toMatchObject([{ code: 'ZIGBEE_SCALE_MISSING' }]);
  });

  it('has tiers, and a maximum with its time', () => {
    const at = Date.parse('2026-06-30T18:00:00Z');
    const push = decodeZigbee(
      report(
        0x0702,
        { id: 0x0102, type: zclType.uint48, value: 7 },
        { id: 0x0002, type: zclType.uint48, value: 3 },
        { id: 0x0008, type: zclType.utcTime, value: at },
        ...scale(1, 1000),
      ),
    );
    expect(push.measurements).toMatchObject([
      { obis: '1.0.1.8.2.255', value: '7', tariff: 2 },
      { obis: '1.0.1.6.0.255', value: '3', unit: 'W', extreme: 'maximum', time: '2026-06-30T18:00:00.000Z' },
    ]);
  });

  it('round-trips whatever a meter counts', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: 0, max: 6 }), (raw, places) => {
        const [measurement] = decodeZigbee(
          report(0x0702, delivered(raw), ...scale(1, 10 ** places)),
        ).measurements;
        expect(Number(measurement!.value)).toBeCloseTo((raw * 1000) / 10 ** places, 3);
      }),
    );
  });
});

describe('a profile response', () => {
  const attributes = { '0702/0300': 0, '0702/0301': 1, '0702/0302': 1000 };
  const end = Date.parse('2026-07-01T01:00:00Z');
  const frame = withCluster(
    0x0702,
    encodeProfileResponse({ sequence: 2, end, intervalSeconds: 900, values: [10, 20, Number.NaN, 40] }),
  );

  it('is a load profile, oldest first', () => {
    const { loadProfiles } = decodeZigbee(frame, { attributes });
    expect(loadProfiles).toMatchObject([
      {
        obis: '1.0.1.29.0.255',
        unit: 'Wh',
        scaler: 0,
        accumulation: 'interval',
        start: end - 3_600_000,
        intervalSeconds: 900,
      },
    ]);
    expect([...loadProfiles[0]!.values]).toEqual([10, 20, Number.NaN, 40]);
  });

  it('keeps its numbers without a scale, under no energy', () => {
    expect(decodeZigbee(frame)).toMatchObject({
      loadProfiles: [{ obis: '0.0.0.0.0.0' }],
      warnings: [{ code: 'ZIGBEE_SCALE_MISSING' }],
    });
  });

  it('says why there is none', () => {
    const refused = withCluster(0x0702, Uint8Array.of(0x19, 1, 0, 0, 0, 0, 0, 5, 0, 0));
    expect(decodeZigbee(refused)).toMatchObject({
      loadProfiles: [],
      warnings: [{ code: 'ZIGBEE_PROFILE_REFUSED' }],
    });
  });
});

describe('other clusters', () => {
  it('electrical measurement applies its divisors, of every phase', () => {
    const push = decodeZigbee(
      report(
        0x0b04,
        { id: 0x0505, type: zclType.uint16, value: 2301 },
        { id: 0x0905, type: zclType.uint16, value: 2299 },
        { id: 0x0a0b, type: zclType.int16, value: -1500 },
        { id: 0x0510, type: zclType.int8, value: -97 },
        { id: 0x0300, type: zclType.uint16, value: 5998 },
        { id: 0x0601, type: zclType.uint16, value: 10 },
        { id: 0x0605, type: zclType.uint16, value: 10 },
        { id: 0x0401, type: zclType.uint16, value: 100 },
      ),
    );
    expect(push.warnings).toEqual([]);
    expect(values(push)).toEqual([
      ['1.0.32.7.0.255', '230.1', 'V'],
      ['1.0.52.7.0.255', '229.9', 'V'],
      ['1.0.76.7.0.255', '-150.0', 'W'],
      ['1.0.33.7.0.255', '-0.97', undefined],
      ['1.0.14.7.0.255', '59.98', 'Hz'],
    ]);
  });

  it.each<
    [
      what: string,
      cluster: number,
      attribute: OutgoingAttribute,
      expected: [string, string, string | undefined],
    ]
  >([
    [
      'CO2, a fraction of one',
      0x040d,
      { id: 0, type: zclType.single, value: 0.000415 },
      ['0.0.96.9.128.255', '415', 'ppm'],
    ],
    ['cold', 0x0402, { id: 0, type: zclType.int16, value: -1234 }, ['0.0.96.9.0.255', '-12.34', '°C']],
    [
      'a switch',
      0x0006,
      { id: 0, type: zclType.boolean, value: true },
      ['0.0.96.3.10.255', 'true', undefined],
    ],
    ['a battery', 0x0001, { id: 0x20, type: zclType.uint8, value: 31 }, ['0.0.96.6.3.255', '3.1', 'V']],
    ['half percents', 0x0001, { id: 0x21, type: zclType.uint8, value: 199 }, ['0.0.0.0.0.0', '99.5', '%']],
    ['light', 0x0400, { id: 0, type: zclType.uint16, value: 20_001 }, ['0.0.0.0.0.0', '100', 'lx']],
  ])('read %s', (_what, cluster, attribute, expected) => {
    expect(values(decodeZigbee(report(cluster, attribute)))).toEqual([expected]);
  });

  it('tell events: batteries, zones, alarms', () => {
    const battery = report(0x0001, { id: 0x3e, type: zclType.bitmap32, value: 1 });
    expect(decodeZigbee(battery).events).toMatchObject([{ code: 'zcl:0001/003E.0', type: 'battery-low' }]);
    const zone = Uint8Array.of(0x05, 0x00, 0x19, 1, 0x00, 0x0c, 0x00, 0, 0, 0, 0);
    expect(decodeZigbee(zone).events).toMatchObject([{ type: 'tamper' }, { type: 'battery-low' }]);
    const alarm = Uint8Array.of(0x09, 1, 0x00, 0x02, 0x02, 0x07);
    expect(decodeZigbee(alarm, { cluster: 0x0009 }).events).toEqual([
      { code: 'zcl:0702/alarm-02', name: 'tamper detected', type: 'tamper' },
    ]);
    expect(decodeZigbee(Uint8Array.of(0x00, 0x09, ...alarm)).events).toMatchObject([{ type: 'tamper' }]);
  });

  it('lose nothing that they do not know', () => {
    const attribute = { id: 0xe201, type: zclType.uint16, value: 7 };
    expect(decodeZigbee(report(0x0702, attribute)).measurements).toEqual([
      { obis: '0.0.0.0.0.0', code: 'zcl:0702/E201', value: '7' },
    ]);
    const unknown = encodeAttributeReport({ sequence: 1, attributes: [attribute] });
    expect(decodeZigbee(unknown, { cluster: 0xfc03 }).measurements).toMatchObject([
      { code: 'zcl:FC03/E201', value: '7' },
    ]);
    const behindCluster = Uint8Array.of(0xfc, 0x03, ...unknown);
    expect(decodeZigbee(behindCluster).measurements).toMatchObject([{ code: 'zcl:FC03/E201', value: '7' }]);
    const ofManufacturer = Uint8Array.of(0x1c, 0x5f, 0x11, 1, 0x0a, 0x00, 0x00, 0x21, 7, 0);
    expect(decodeZigbee(ofManufacturer, { cluster: 0x0702 }).measurements).toMatchObject([
      { code: 'zcl:0702/0000@115F' },
    ]);
    const tuya = Uint8Array.of(0x09, 1, 0x02, 0xab, 0xcd);
    expect(decodeZigbee(tuya, { cluster: 0xef00 })).toMatchObject({
      measurements: [{ code: 'zcl:EF00/command-02', value: 'ABCD' }],
      warnings: [{ code: 'ZIGBEE_COMMAND_KEPT' }],
    });
  });

  it('warn of what a device was asked for and did not give, and of values it does not have', () => {
    const response = Uint8Array.of(0x18, 1, 0x01, 0x01, 0x00, 0x86, 0x00, 0x00, 0x00, 0x29, 0x00, 0x80);
    expect(decodeZigbee(response, { cluster: 0x0402 })).toMatchObject({
      measurements: [],
      warnings: [
        { code: 'ZIGBEE_VALUE_INVALID' },
        { code: 'ZIGBEE_ATTRIBUTE_REFUSED', message: expect.stringContaining('unsupported attribute') },
      ],
    });
  });

  it('keep lists whole', () => {
    const list = Uint8Array.of(
      0x18,
      1,
      0x0a,
      0x01,
      0x90,
      0x4c,
      2,
      0,
      0x20,
      5,
      0x48,
      0x29,
      2,
      0,
      0xff,
      0xff,
      2,
      0,
    );
    expect(decodeZigbee(list, { cluster: 0xfc00 }).measurements[0]!.value).toBe('["5","[\\"-1\\",\\"2\\"]"]');
  });
});

it('a frame of which nobody can say the cluster is answered so', () => {
  const temperatureOrPressure = Uint8Array.of(0x18, 1, 0x0a, 0, 0, 0x29, 0xef, 0x07);
  expect(zigbee.decode(temperatureOrPressure, {})).toMatchObject([
    { code: 'ZIGBEE_CLUSTER_MISSING', offset: 0 },
  ]);
});

it('a person who only looks may have the likeliest cluster, and is told so', () => {
  const temperatureOrPressure = Uint8Array.of(0x18, 1, 0x0a, 0, 0, 0x29, 0xef, 0x07);
  const push = decodeZigbee(temperatureOrPressure, { mayGuessCluster: true });
  expect(push.measurements).toMatchObject([{ quantity: 'temperature', value: '20.31', unit: '°C' }]);
  expect(push.warnings).toMatchObject([
    { code: 'ZIGBEE_CLUSTER_ASSUMED', message: expect.stringContaining('0402 or, less likely, ') },
  ]);
});
