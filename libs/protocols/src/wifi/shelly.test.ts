import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecodedPush } from '../measurement.ts';
import { encodeShellyNotifyStatus } from './encode-messages.ts';
import { decodeShelly } from './shelly.ts';

const decoded = (topic: string, payload: string) =>
  decodeShelly({ topic, payload: Buffer.from(payload) }) as DecodedPush;
const obisOf = (push: DecodedPush) =>
  Object.fromEntries(push.measurements.map(({ obis, value }) => [obis, value]));

describe('a message of a Shelly', () => {
  it('reads back as it was written', () => {
    const sentAt = Date.parse('2026-07-01T10:15:00.250Z');
    const energy = fc.nat(10 ** 9);
    fc.assert(
      fc.property(energy, energy, fc.integer({ min: -5000, max: 5000 }), (imported, exported, power) => {
        const state = { client: 'plug2', sentAt, power, voltage: 230.1, current: 0.5 };
        const message = encodeShellyNotifyStatus(
          { ...state, importedWattHours: imported, exportedWattHours: exported },
          { temperature: 21.5, humidity: 48 },
        );
        const push = decodeShelly(message) as DecodedPush;
        expect(push).toMatchObject({ device: { address: 'mqtt:plug2' }, time: '2026-07-01T10:15:00.250Z' });
        expect(obisOf(push)).toMatchObject({
          '1.0.1.8.0.255': String(imported),
          '1.0.2.8.0.255': String(exported),
          '1.0.16.7.0.255': String(power),
          '0.0.96.9.0.255': '21.5',
          '0.0.96.9.2.255': '48',
          '0.0.96.3.10.255': '1',
        });
      }),
    );
  });

  it('has a channel for each circuit', () => {
    const push = decoded(
      'house/strip/events/rpc',
      '{"src":"strip","method":"NotifyFullStatus","params":{"ts":1782900900.5,"switch:0":{"id":0,"aenergy":{"total":1.5,"by_minute":[250,0,0],"minute_ts":1782900900}},"switch:1":{"id":1,"apower":7.25,"aenergy":{"total":2.125}},"em1data:2":{"id":2,"total_act_energy":9.01,"total_act_ret_energy":0.5},"wifi":{"rssi":-60}}}',
    );
    expect(obisOf(push)).toMatchObject({
      '1.0.1.8.0.255': '1.5',
      '1.1.1.8.0.255': '2.125',
      '1.1.16.7.0.255': '7.25',
      '1.2.1.8.0.255': '9.01',
      '1.2.2.8.0.255': '0.5',
    });
    expect(push.measurements.find(({ code }) => code?.endsWith('by_minute[0]'))).toMatchObject({
      value: '0.250',
      unit: 'Wh',
    });
    expect(push.measurements.some(({ code }) => code?.includes('wifi'))).toBe(false);
  });

  it('is whose topic it is, whatever it claims to be', () => {
    const push = decoded('mine/events/rpc', '{"src":"yours","params":{"switch:0":{"apower":1}}}');
    expect(push.device.address).toBe('mqtt:mine');
  });

  it('may be the status of one component', () => {
    expect(obisOf(decoded('pm/status/pm1:0', '{"id":0,"voltage":230.5,"aenergy":{"total":5.25}}'))).toEqual({
      '1.0.12.7.0.255': '230.5',
      '1.0.1.8.0.255': '5.25',
    });
  });

  it('tells events of the device, not those of buttons', () => {
    const events = (list: string) =>
      `{"src":"a","method":"NotifyEvent","params":{"ts":1782900900,"events":[${list}]}}`;
    expect(
      decoded('a/events/rpc', events('{"component":"switch:0","event":"overpower","ts":1782900901}')),
    ).toMatchObject({
      measurements: [],
      events: [{ type: 'over-limit', code: 'switch:0.overpower', time: '2026-07-01T10:15:01.000Z' }],
    });
    expect(decoded('a/events/rpc', events('{"component":"input:0","event":"single_push"}'))).toBeUndefined();
    expect(
      decoded(
        'a/status/em:0',
        '{"id":0,"errors":["power_meter_failure"],"a_errors":["out_of_range:a_voltage"]}',
      ),
    ).toMatchObject({
      events: [{ type: 'self-check-failed' }, { type: 'over-limit' }],
    });
    const status = '{"src":"a","params":{"ts":1782900900,"switch:0":{"errors":["overpower"]}}}';
    expect(decoded('a/events/rpc', status)).toMatchObject({
      time: '2026-07-01T10:15:00.000Z',
      events: [{ code: 'switch:0.overpower', time: undefined }],
    });
  });

  it('of the first generation has a topic a value: phases of a 3EM, circuits of an EM, watt-minutes of a relay', () => {
    expect(obisOf(decoded('shellies/shellyem3-AB/emeter/2/total', '123.4'))).toEqual({
      '1.0.61.8.0.255': '123.4',
    });
    expect(obisOf(decoded('shellies/shellyem-AB/emeter/1/power', '-12.34'))).toEqual({
      '1.1.16.7.0.255': '-12.34',
    });
    expect(decoded('shellies/plug/relay/0/energy', '12345').measurements).toMatchObject([
      { obis: '1.0.1.8.0.255', value: '205.750', unit: 'Wh' },
    ]);
    expect(decoded('shellies/plug/overtemperature', '1').events).toMatchObject([
      { type: 'temperature-out-of-range' },
    ]);
    expect(
      obisOf(
        decoded(
          'shellies/shellyem3-AB/info',
          '{"unixtime":1782900900,"emeters":[{"power":1.5,"total":10.25,"is_valid":true}]}',
        ),
      ),
    ).toEqual({ '1.0.36.7.0.255': '1.5', '1.0.21.8.0.255': '10.25' });
  });

  it('says nothing where there is nothing to read', () => {
    expect(decoded('a/online', 'true')).toBeUndefined();
    expect(decoded('shellies/announce', '{}')).toBeUndefined();
    expect(decoded('a/status/wifi', '{"rssi":-60}')).toBeUndefined();
  });
});
