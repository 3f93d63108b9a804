import {
  encodeAttributeReport,
  encodeProfileResponse,
  encodeZigbee2Mqtt,
  withCluster,
  zclType,
} from '@metermesh/protocols';
import type { DecodeCase } from './decode-case.ts';

const { uint16, uint24, uint48, int16, enum8 } = zclType;
const end = Date.parse('2026-07-01T00:00:00Z');
const known = { '0702/0300': 0, '0702/0301': 1, '0702/0302': 1000 };

const meter = withCluster(
  0x0702,
  encodeAttributeReport({
    sequence: 1,
    attributes: [
      { id: 0x0000, type: uint48, value: 12_345_678 },
      { id: 0x0001, type: uint48, value: 2_345_678 },
      { id: 0x0300, type: enum8, value: 0 },
      { id: 0x0301, type: uint24, value: 1 },
      { id: 0x0302, type: uint24, value: 1000 },
    ],
  }),
);
const mains = withCluster(
  0x0b04,
  encodeAttributeReport({
    sequence: 2,
    attributes: [
      { id: 0x0505, type: uint16, value: 2301 },
      { id: 0x0508, type: uint16, value: 1234 },
      { id: 0x050b, type: int16, value: 2840 },
      { id: 0x0601, type: uint16, value: 10 },
      { id: 0x0603, type: uint16, value: 1000 },
      { id: 0x0605, type: uint16, value: 10 },
    ],
  }),
);
const day = Array.from({ length: 96 }, (_, index) => 60 + ((index * 37) % 400));
const profile = withCluster(
  0x0702,
  encodeProfileResponse({ sequence: 3, end, intervalSeconds: 900, values: day }),
);
const plug = encodeZigbee2Mqtt({
  friendlyName: 'plug',
  lastSeen: end,
  fields: { energy: 1234.56, power: 199.5, voltage: 229.3, current: 0.87 },
});

const asJson = (readings: object) => JSON.stringify({ device: 'ZB-1', readings });
const plugText = Buffer.from(plug.payload).toString('utf8');

export default [
  {
    protocol: 'zigbee',
    label: 'two registers',
    frame: meter,
    readings: 2,
    json: asJson([
      { obis: '1.0.1.8.0.255', value: '12345678', unit: 'Wh' },
      { obis: '1.0.2.8.0.255', value: '2345678', unit: 'Wh' },
    ]),
  },
  {
    protocol: 'zigbee',
    label: 'voltage, current, power',
    frame: mains,
    readings: 3,
    json: asJson([
      { obis: '1.0.32.7.0.255', value: '230.1', unit: 'V' },
      { obis: '1.0.31.7.0.255', value: '1.234', unit: 'A' },
      { obis: '1.0.36.7.0.255', value: '284.0', unit: 'W' },
    ]),
  },
  {
    protocol: 'zigbee',
    label: 'profile of 96',
    frame: profile,
    options: { zigbee: { attributes: known } },
    readings: 96,
    json: asJson(
      day.map((value, index) => ({ time: new Date(end - (96 - index) * 900_000), value: String(value) })),
    ),
  },
  {
    protocol: 'zigbee2mqtt',
    label: 'plug',
    frame: Buffer.from(`${plug.topic} ${plugText}`),
    readings: 4,
    json: plugText,
  },
] satisfies DecodeCase[];
