import { describe, expect, it } from '@jest/globals';
import type { DecodedPush } from '../measurement.ts';
import { decodeZigbee2Mqtt, friendlyNames } from './zigbee2mqtt.ts';
import { encodeBridgeDevices, encodeZigbee2Mqtt } from './zigbee2mqtt-encode.ts';
import { zigbee2mqtt } from './zigbee2mqtt-codec.ts';

const message = (topic: string, said: unknown) => ({
  topic,
  payload: Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)),
});
const decoded = (topic: string, said: unknown) => decodeZigbee2Mqtt(message(topic, said)) as DecodedPush;
const values = ({ measurements }: DecodedPush) =>
  measurements.map(({ obis, code, value, unit }) => [obis === '0.0.0.0.0.0' ? code : obis, value, unit]);

describe('a message of Zigbee2MQTT', () => {
  it('is what a plug measures, in exact decimals', () => {
    const push = decoded('zigbee2mqtt/washing machine', {
      current: 0.87, energy: 1234.56, linkquality: 120, power: 199.5, state: 'ON', voltage: 229.3,
      last_seen: '2026-07-01T09:00:00+09:00', update: { state: 'idle' }, update_available: null,
    }); // prettier-ignore
    expect(push.device).toEqual({ serialNumber: 'washing machine' });
    expect(push.time).toBe('2026-07-01T00:00:00.000Z');
    expect(values(push)).toEqual([
      ['1.0.11.7.0.255', '0.87', 'A'],
      ['1.0.1.8.0.255', '1234560', 'Wh'],
      ['zigbee2mqtt:linkquality', '120', undefined],
      ['1.0.16.7.0.255', '199.5', 'W'],
      ['0.0.96.3.10.255', 'true', undefined],
      ['1.0.12.7.0.255', '229.3', 'V'],
    ]);
  });

  it('is what a sensor measures: a voltage beside a battery is the battery’s', () => {
    const push = decoded('zigbee2mqtt/cellar/air', {
      battery: 91, co2: 640, humidity: 44.72, pressure: 1006.6, temperature: -3.5, voltage: 3005, battery_low: true, tamper: false,
    }); // prettier-ignore
    expect(push.device).toEqual({ serialNumber: 'cellar/air' });
    expect(values(push)).toEqual([
      ['zigbee2mqtt:battery', '91', '%'],
      ['0.0.96.9.128.255', '640', 'ppm'],
      ['0.0.96.9.2.255', '44.72', '%'],
      ['0.0.96.9.1.255', '100660', 'Pa'],
      ['0.0.96.9.0.255', '-3.5', '°C'],
      ['0.0.96.6.3.255', '3.005', 'V'],
    ]);
    expect(push.events).toEqual([{ code: 'battery_low', name: 'battery low', type: 'battery-low' }]);
  });

  it('tells phases, tiers, directions and endpoints apart', () => {
    const push = decoded('zigbee2mqtt/0x00158d0001d82999', {
      power: 100, power_phase_b: 200, power_phase_c: -300, energy: 1, energy_tier_2: 0.4, produced_energy: 2,
      power_l2: 12, state_l2: 'OFF', energy_1: 3,
    }); // prettier-ignore
    expect(push.device).toEqual({ address: 'zigbee:00158D0001D82999' });
    expect(push.measurements).toMatchObject([
      { obis: '1.0.36.7.0.255', value: '100' },
      { obis: '1.0.56.7.0.255', value: '200' },
      { obis: '1.0.76.7.0.255', value: '-300' },
      { obis: '1.0.1.8.0.255', value: '1000' },
      { obis: '1.0.1.8.2.255', value: '400', tariff: 2 },
      { obis: '1.0.2.8.0.255', value: '2000' },
      { obis: '1.0.16.7.0.255', value: '12', subunit: 2 },
      { obis: '0.0.96.3.10.255', value: 'false', subunit: 2 },
      { obis: '1.0.1.8.0.255', value: '3000', subunit: 1 },
    ]);
  });

  it.each([
    ['milliseconds', 1_782_864_000_000],
    ['ISO 8601', '2026-07-01T00:00:00.000Z'],
    ['ISO 8601, local', '2026-06-30T20:00:00-04:00'],
  ])('was seen last at a time in %s', (_form, last_seen) => {
    expect(decoded('zigbee2mqtt/t', { temperature: 1, last_seen }).time).toBe('2026-07-01T00:00:00.000Z');
  });

  it('is of the device that the message or the bridge names', () => {
    const state = encodeZigbee2Mqtt({
      friendlyName: 'plug',
      ieeeAddress: '00158D0001D82999',
      fields: { power: 1 },
    });
    expect(decodeZigbee2Mqtt(state)).toMatchObject({ device: { address: 'zigbee:00158D0001D82999' } });
    const names = friendlyNames(
      encodeBridgeDevices([{ friendlyName: 'plug', ieeeAddress: '00158D0001D82999' }]),
    )!;
    const bare = message('zigbee2mqtt/plug', { power: 1 });
    expect(decodeZigbee2Mqtt(bare, { ieeeAddressOf: (name) => names.get(name) })).toMatchObject({
      device: { address: 'zigbee:00158D0001D82999' },
    });
    expect(friendlyNames(bare)).toBeUndefined();
  });

  it('may be an event of its network', () => {
    for (const offline of ['offline', '{"state":"offline"}']) {
      expect(decoded('zigbee2mqtt/a/b/availability', offline)).toMatchObject({
        device: { serialNumber: 'a/b' },
        events: [{ type: 'communication-failed' }],
      });
    }
    const left = {
      type: 'device_leave',
      data: { friendly_name: 'plug', ieee_address: '0x00158d0001d82999' },
    };
    expect(decoded('zigbee2mqtt/bridge/event', left)).toMatchObject({
      device: { address: 'zigbee:00158D0001D82999' },
      events: [{ code: 'device_leave' }],
    });
  });

  it.each([
    ['zigbee2mqtt/plug/set', { state: 'ON' }],
    ['zigbee2mqtt/plug/get', { state: '' }],
    ['zigbee2mqtt/plug/availability', { state: 'online' }],
    ['zigbee2mqtt/bridge/state', { state: 'online' }],
    ['zigbee2mqtt/bridge/devices', []],
    ['zigbee2mqtt/button', { action: 'single' }],
    ['zigbee2mqtt/plug', ''],
    ['tele/plug/SENSOR', { power: 1 }],
  ])('says nothing here: %s', (topic, said) => {
    expect(decodeZigbee2Mqtt(message(topic, said))).toBeUndefined();
  });

  it('is answered with a coded error where it is no JSON', () => {
    expect(decodeZigbee2Mqtt(message('zigbee2mqtt/plug', '{"power":'))).toMatchObject({
      code: 'ZIGBEE2MQTT_INVALID',
    });
  });
});

describe('a transcript of Zigbee2MQTT', () => {
  it('is read line by line, with the names that the bridge told', () => {
    const devices = encodeBridgeDevices([{ friendlyName: 'plug', ieeeAddress: '00158D0001D82999' }]);
    const text = `${devices.topic} ${Buffer.from(devices.payload).toString()}\nzigbee2mqtt/plug {"power":5}\n{"humidity":40}\nzigbee2mqtt/x {\n`;
    expect(zigbee2mqtt.decode(Buffer.from(text), {})).toMatchObject([
      { device: { address: 'zigbee:00158D0001D82999' } },
      { device: { serialNumber: 'unknown' } },
      { code: 'ZIGBEE2MQTT_INVALID', offset: text.indexOf('zigbee2mqtt/x') },
    ]);
    expect(zigbee2mqtt.decode(Buffer.from('\n'), {})).toMatchObject([{ code: 'ZIGBEE2MQTT_NOTHING_READ' }]);
  });
});
