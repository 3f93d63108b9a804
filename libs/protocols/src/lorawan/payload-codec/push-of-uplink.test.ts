import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../../decode-error.ts';
import { parseFieldMapping } from './field-mapping.ts';
import { decimalText } from './fields.ts';
import { pushOfUplink } from './push-of-uplink.ts';

const push = (data: object, mapping?: object, normalized?: object[]) => {
  const parsed = mapping && parseFieldMapping(JSON.stringify(mapping));
  if (isDecodeError(parsed)) throw new Error(parsed.message);
  return pushOfUplink({ data: data as never, normalized: normalized as never, warnings: [] }, parsed);
};
/** Measurements as `obis value unit`. */
const brief = (...given: Parameters<typeof push>) =>
  push(...given).measurements.map(({ obis, value, unit }) => `${obis} ${value} ${unit ?? ''}`.trim());

describe('Fields by their own names and units', () => {
  it.each([
    [{ temperature: 21.5 }, '0.0.96.9.0.255 21.5 °C'],
    [{ TempC_SHT: -3 }, '0.0.96.9.0.255 -3 °C'],
    [{ air_temperature: { value: 7, unit: '°C' } }, '0.0.96.9.0.255 7 °C'],
    [{ Hum_SHT: 54.4 }, '0.0.96.9.2.255 54.4 %'],
    [{ relativeHumidity: 40 }, '0.0.96.9.2.255 40 %'],
    [{ pressure: 1008.6 }, '0.0.96.9.1.255 100860 Pa'],
    [{ barometric_pressure: { value: 96412, unit: 'Pa' } }, '0.0.96.9.1.255 96412 Pa'],
    [{ CO2: 625 }, '0.0.96.9.128.255 625 ppm'],
    [{ co2_concentration: { displayName: 'CO2', value: 455, unit: 'ppm' } }, '0.0.96.9.128.255 455 ppm'],
    [{ battery: 3.6 }, '0.0.96.6.3.255 3.6 V'],
    [{ battery: 88 }, '0.0.96.6.1.255 88 %'],
    [{ BatV: 3.05 }, '0.0.96.6.3.255 3.05 V'],
    [{ Bat_mV: 3050 }, '0.0.96.6.3.255 3.050 V'],
    [{ Supply_Voltage: 3038 }, '0.0.96.6.3.255 3.038 V'],
    [{ batteryLevel: 90 }, '0.0.96.6.1.255 90 %'],
    [{ energy_kwh: 12.345 }, '1.0.1.8.0.255 12345 Wh'],
    [{ total_energy_wh: 12345 }, '1.0.1.8.0.255 12345 Wh'],
    [{ activeEnergyExportL2T1: { data: 5, unit: 'Wh' } }, '1.0.42.8.1.255 5 Wh'],
    [{ reactive_energy_kvarh: 1 }, '1.0.3.8.0.255 1000 varh'],
    [{ power_w: 230 }, '1.0.1.7.0.255 230 W'],
    [{ Vrms_a: 238 }, '1.0.32.7.0.255 238 V'],
    [{ Irms_c: 5 }, '1.0.71.7.0.255 5 A'],
    [{ water_volume_m3: 5.25 }, '8.0.1.0.0.255 5.25 m3'],
    [{ gas: { volume: { value: 1500, unit: 'L' } } }, '7.0.3.0.0.255 1.500 m3'],
  ])('%j', (data, expected) => {
    expect(brief(data)).toEqual([expected]);
  });

  it.each([
    [{ energy: 5 }],
    [{ total: 5 }],
    [{ volume_m3: 5 }],
    [{ energy_a: 5 }],
    [{ heat_energy_kwh: 5 }],
    [{ current_chn1: 5 }],
    [{ TempC_DS: 5 }],
    [{ constructor: 5 }],
    [{ x: { value: 5, unit: 'constructor' } }],
  ])('%j is not guessed, but kept', (data) => {
    expect(push(data).measurements).toMatchObject([
      { obis: '0.0.0.0.0.0', code: expect.stringMatching(/^field:/), value: '5' },
    ]);
  });

  it('texts and truths are kept, nothing is nothing', () => {
    expect(
      push({ state: 'idle', open: false, gone: null, list: [1, { deep: 'x' }] }).measurements,
    ).toMatchObject([
      { code: 'field:state', value: 'idle' },
      { code: 'field:open', value: 'false' },
      { code: 'field:list[0]', value: '1' },
      { code: 'field:list[1].deep', value: 'x' },
    ]);
  });

  it('samples with a time have it, and are not told twice', () => {
    const samples = [
      { variable: 'Vrms_a', value: 238, date: '2026-03-01T10:00:00Z' },
      { variable: 'Vrms_a', value: 239, date: '2026-03-01T10:10:00Z' },
    ];
    expect(push({ samples, Vrms_a: 239 }).measurements).toMatchObject([
      { obis: '1.0.32.7.0.255', value: '238', time: '2026-03-01T10:00:00.000Z' },
      { obis: '1.0.32.7.0.255', value: '239', time: '2026-03-01T10:10:00.000Z' },
    ]);
  });

  it('two of one kind are two units', () => {
    expect(
      push({ indoor_temperature: 20, temperature: 5 }).measurements.map(({ subunit }) => subunit),
    ).toEqual([undefined, 1]);
  });

  it('what is too much or too deep is told', () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`f${i}`, i]));
    expect(push(many)).toMatchObject({ warnings: [{ code: 'PAYLOAD_FIELDS_LEFT_OUT' }] });
    expect(push(many).measurements).toHaveLength(500);
    expect(push({ a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } })).toMatchObject({
      measurements: [],
      warnings: [{ code: 'PAYLOAD_FIELDS_LEFT_OUT' }],
    });
  });
});

describe('The vocabulary of normalizers', () => {
  it('has its own units and times, and what the codec called the same is not told twice', () => {
    const normalized = [
      { time: '2026-03-01T10:00:00Z', air: { temperature: 20.5, pressure: 1013.25 }, battery: 3.6 },
      { metering: { water: { total: 1234 } }, water: { leak: true, temperature: { current: 9 } } },
    ];
    const read = push({ temperature: 20.5, extra: 1 }, undefined, normalized);
    expect(read.measurements).toMatchObject([
      { obis: '0.0.96.9.0.255', value: '20.5', time: '2026-03-01T10:00:00.000Z' },
      { obis: '0.0.96.9.1.255', value: '101325', unit: 'Pa' },
      { obis: '0.0.96.6.3.255', value: '3.6', unit: 'V' },
      { obis: '8.0.1.0.0.255', value: '1.234', unit: 'm3' },
      { code: 'field:water.leak', value: 'true' },
      { code: 'field:water.temperature.current', value: '9', unit: '°C' },
      { code: 'field:extra', value: '1' },
    ]);
    expect(read.events).toMatchObject([{ type: 'leak' }]);
  });
});

describe('A mapping', () => {
  it('says what fields mean, which are of no interest, when they were and what they tell', () => {
    const mapping = {
      time: 'at',
      fields: {
        MeterReading: { obis: '8.0.1.0.0.255', quantity: 'water volume', unit: 'm3', scale: -3 },
        temperature: { obis: '0.0.96.9.3.255', unit: '°C' },
        'list[].v': { obis: '1.0.1.8.0.255', unit: 'Wh' },
        noise: null,
      },
      events: { 'status.low': { type: 'battery-low' }, mode: { type: 'tamper', is: 'open' } },
    };
    const data = {
      at: 1_772_359_200,
      MeterReading: 5944,
      temperature: 4,
      list: [{ v: 1 }],
      noise: 7,
      status: { low: 1 },
      mode: 'shut',
    };
    const time = '2026-03-01T10:00:00.000Z';
    const { measurements, events } = push(data, mapping, [{ air: { temperature: 4 } }]);
    expect(measurements).toMatchObject([
      { obis: '0.0.96.9.0.255', value: '4' },
      { obis: '8.0.1.0.0.255', value: '5.944', unit: 'm3', time },
      { obis: '0.0.96.9.3.255', value: '4', time },
      { obis: '1.0.1.8.0.255', value: '1', unit: 'Wh', time },
      { code: 'field:status.low' },
      { code: 'field:mode' },
    ]);
    expect(events).toEqual([{ code: 'field:status.low', name: '1', type: 'battery-low', time }]);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['an obis of five groups', '{"fields":{"a":{"obis":"1.0.1.8.0"}}}'],
    ['a scale of a half', '{"fields":{"a":{"obis":"1.0.1.8.0.255","scale":0.5}}}'],
    ['an event that nobody knows', '{"events":{"a":{"type":"birthday"}}}'],
    ['an unknown part', '{"feilds":{}}'],
  ])('that is wrong is refused: %s', (_, text) => {
    expect(parseFieldMapping(text)).toMatchObject({ code: 'CODEC_MAPPING_INVALID' });
  });
});

describe('Numbers of codecs', () => {
  it.each([
    [25041.529000000002, 0, '25041.529'],
    [0.1 + 0.2, 0, '0.3'],
    [36.438544289311054, 0, '36.438544289311054'],
    [36754.42, 3, '36754420'],
    [1e-7, 0, '0.0000001'],
    [1e21, 0, '1000000000000000000000'],
    [-0.5, 1, '-5'],
  ])('%d × 10^%d is %s', (value, scale, text) => {
    expect(decimalText(value, scale)).toBe(text);
  });
});
