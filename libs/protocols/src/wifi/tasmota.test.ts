import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecodedPush } from '../measurement.ts';
import { encodeTasmotaSensor } from './encode-messages.ts';
import { decodeTasmota } from './tasmota.ts';

const at = Date.parse('2026-07-01T10:15:00Z');
const message = (payload: string, topic = 'tele/plug1/SENSOR') => ({ topic, payload: Buffer.from(payload) });
const decoded = (payload: string, topic?: string) => decodeTasmota(message(payload, topic)) as DecodedPush;
const obisOf = (push: DecodedPush) =>
  Object.fromEntries(push.measurements.map(({ obis, value }) => [obis, value]));

describe('a message of Tasmota', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(
        fc.nat(10 ** 9),
        fc.nat(10 ** 9),
        fc.integer({ min: -5000, max: 5000 }),
        (imported, exported, power) => {
          const state = { client: 'plug1', sentAt: at, power, voltage: 230.1, current: 0.5 };
          const push = decodeTasmota(
            encodeTasmotaSensor(
              { ...state, importedWattHours: imported, exportedWattHours: exported },
              { temperature: 21.5, humidity: 48, co2: 612 },
            ),
          ) as DecodedPush;
          expect(push).toMatchObject({
            device: { address: 'mqtt:plug1' },
            time: '2026-07-01T10:15:00.000Z',
            warnings: [],
          });
          const values = obisOf(push);
          expect(Number(values['1.0.1.8.0.255'])).toBe(imported);
          expect(Number(values['1.0.2.8.0.255'])).toBe(exported);
          expect(Number(values['1.0.16.7.0.255'])).toBe(power);
          expect(values).toMatchObject({
            '0.0.96.9.0.255': '21.5',
            '0.0.96.9.2.255': '48',
            '0.0.96.9.128.255': '612',
          });
        },
      ),
    );
  });

  it('has the digits that were sent, beyond those of a double', () => {
    expect(obisOf(decoded('{"ENERGY":{"Total":90071992547409.93100,"Power":1.50e1}}'))).toEqual({
      '1.0.1.8.0.255': '90071992547409931.00',
      '1.0.16.7.0.255': '15.0',
    });
  });

  it('has phases, and their sum where they add up', () => {
    expect(
      obisOf(decoded('{"ENERGY":{"Total":[1.5,2.25,3],"Voltage":[229,230,231],"Power":[1,2,3]}}')),
    ).toEqual({
      '1.0.1.8.0.255': '6750',
      '1.0.21.8.0.255': '1500',
      '1.0.41.8.0.255': '2250',
      '1.0.61.8.0.255': '3000',
      '1.0.32.7.0.255': '229',
      '1.0.52.7.0.255': '230',
      '1.0.72.7.0.255': '231',
      '1.0.16.7.0.255': '6',
      '1.0.36.7.0.255': '1',
      '1.0.56.7.0.255': '2',
      '1.0.76.7.0.255': '3',
    });
  });

  it('has sensors beside each other, each by its own channel, in the units of reading types', () => {
    const push = decoded(
      '{"AM2301":{"Temperature":68,"Humidity":40.5},"BME280":{"Temperature":77,"Pressure":1013.2},"ESP32":{"Temperature":140},"TempUnit":"F","PressureUnit":"hPa"}',
    );
    expect(obisOf(push)).toMatchObject({
      '0.0.96.9.0.255': '20.00',
      '0.1.96.9.0.255': '25.00',
      '0.0.96.9.2.255': '40.5',
      '0.0.96.9.1.255': '101320',
    });
    expect(push.measurements.find(({ code }) => code === 'tasmota:ESP32.Temperature')).toMatchObject({
      obis: '0.0.0.0.0.0',
      value: '60.00',
    });
  });

  it('has the meter that a script reads, by the names that people give', () => {
    const push = decoded(
      '{"Time":"2026-07-01T10:15:00Z","MT631":{"Total_in":1234.5678,"Total_out":0.5,"Power_curr":-42,"Power_p2":7,"Volt_p1":230.1,"Meter_id":"0a0149534b000454a95f","2_8_0":9,"Odd":3}}',
    );
    expect(push.device.serialNumber).toBe('0a0149534b000454a95f');
    expect(obisOf(push)).toEqual({
      '1.0.1.8.0.255': '1234567.8',
      '1.0.2.8.0.255': '500',
      '1.0.16.7.0.255': '-42',
      '1.0.56.7.0.255': '7',
      '1.0.32.7.0.255': '230.1',
      '0.0.0.0.0.0': '3',
    });
  });

  it('tells the state of its relays', () => {
    expect(decoded('{"POWER":"ON"}', 'stat/plug1/RESULT').measurements).toMatchObject([
      { obis: '0.0.96.3.10.255', value: '1' },
    ]);
  });

  it('says nothing where there is nothing to read', () => {
    expect(decodeTasmota(message('Online', 'tele/plug1/LWT'))).toBeUndefined();
    expect(decodeTasmota(message('{"Time":"2026-07-01T10:15:00"}'))).toBeUndefined();
  });

  it('has the time of its offset, of the caller, or of its arrival', () => {
    const energy = '"ENERGY":{"Power":1}';
    expect(decoded(`{"Time":"2026-07-01T19:15:00+09:00",${energy}}`).time).toBe('2026-07-01T10:15:00.000Z');
    const local = message(`{"Time":"2026-07-01T19:15:02",${energy}}`);
    const resolveLocalTime = (text: string) => Date.parse(`${text}+09:00`);
    expect(decodeTasmota(local, { resolveLocalTime })).toMatchObject({ time: '2026-07-01T10:15:02.000Z' });
    expect(decodeTasmota({ ...local, receivedAt: at })).toMatchObject({
      time: '2026-07-01T10:15:02.000Z',
      warnings: [],
    });
    expect(decodeTasmota(local)).toMatchObject({
      time: '2026-07-01T19:15:02.000Z',
      warnings: [{ code: 'CLOCK_WITHOUT_OFFSET' }],
    });
    const unset = decoded(`{"Time":"1970-01-01T00:00:09",${energy}}`);
    expect(unset).toMatchObject({ warnings: [{ code: 'CLOCK_INVALID' }] });
    expect(unset.time).toBeUndefined();
  });
});
