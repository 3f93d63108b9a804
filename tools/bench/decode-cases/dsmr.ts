import { encodeTelegram, type P1Telegram } from '@metermesh/protocols';
import type { DecodeCase } from './decode-case.ts';

const sentAt = Date.parse('2026-07-01T10:15:00Z');
const digits = (value: number) => (value / 1000).toFixed(3).padStart(10, '0');

/** What a three-phase meter sends every second, with a gas and a water meter behind it. */
const telegram: P1Telegram = {
  identification: 'MMS5METERMESH',
  version: '50',
  sentAt,
  identifier: 'E0012345678901234',
  readings: [
    ...['1.8.1', '1.8.2', '2.8.1', '2.8.2'].map((code, index) => ({
      obis: `1.0.${code}.255`,
      value: digits(4_321_567 + index),
      unit: 'kWh',
    })),
    ...['1', '2', '21', '41', '61', '22', '42', '62'].map((quantity, index) => ({
      obis: `1.0.${quantity}.7.0.255`,
      value: `0${index}.170`,
      unit: 'kW',
    })),
    ...['32', '52', '72'].map((quantity) => ({ obis: `1.0.${quantity}.7.0.255`, value: '230.1', unit: 'V' })),
    ...['31', '51', '71'].map((quantity) => ({ obis: `1.0.${quantity}.7.0.255`, value: '001', unit: 'A' })),
  ],
  devices: [
    {
      channel: 1,
      type: 3,
      identifier: 'G0099',
      value: '00981.443',
      unit: 'm3',
      capturedAt: sentAt - 900_000,
    },
    {
      channel: 2,
      type: 7,
      identifier: 'W0042',
      value: '00012.100',
      unit: 'm3',
      capturedAt: sentAt - 600_000,
    },
  ],
};

const benchmark: DecodeCase = {
  protocol: 'dsmr',
  label: 'P1 5.0, 3 phases, gas and water',
  frame: encodeTelegram(telegram),
  // Beside the readings: version, identifier; type, identifier and value of each device.
  readings: telegram.readings.length + 2 + 3 * telegram.devices!.length,
  json: JSON.stringify({ ...telegram, sentAt: new Date(sentAt).toISOString() }),
};

export default benchmark;
