import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DecodedPush } from '../measurement.ts';
import { shelly, tasmota } from './codec.ts';
import { decodeShelly } from './shelly.ts';
import { decodeTasmota } from './tasmota.ts';

const corpus = process.env['METERMESH_CORPUS'];
const read = (file: string) => readFileSync(join(corpus!, 'wifi', file));
const inWh = (kilowattHours: number) => Number((kilowattHours * 1000).toFixed(3));

interface Message {
  topic: string;
  payload: { StatusSNS?: Sensors } & Sensors;
}
interface Sensors {
  Time: string;
  ENERGY: Record<string, number>;
  TIC?: Record<string, number | string>;
}

/** The value under a code of the dialect. */
const valueOf = (push: DecodedPush, code: string) =>
  push.measurements.find((measurement) => measurement.code === code)?.value;
const numberAt = (push: DecodedPush, obis: string) =>
  Number(push.measurements.find((measurement) => measurement.obis === obis)?.value);

(corpus ? describe : describe.skip)('messages of Tasmota as published (METERMESH_CORPUS)', () => {
  const messages: Message[] = corpus ? JSON.parse(read('tasmota-messages.json').toString()) : [];

  it('say what is in them', () => {
    expect(messages.length).toBeGreaterThanOrEqual(5);
    for (const { topic, payload } of messages) {
      const sensors = payload.StatusSNS ?? payload;
      const push = decodeTasmota({ topic, payload: Buffer.from(JSON.stringify(payload)) }) as DecodedPush;
      const { ENERGY: energy, TIC: teleinfo } = sensors;
      expect(push.time).toBe(`${sensors.Time}.000Z`);
      expect(numberAt(push, '1.0.1.8.0.255')).toBe(inWh(energy['Total']!));
      expect(Number(valueOf(push, 'tasmota:ENERGY.Today'))).toBe(inWh(energy['Today']!));
      expect(numberAt(push, '1.0.16.7.0.255')).toBe(energy['Power']);
      expect(numberAt(push, '1.0.11.7.0.255')).toBe(energy['Current']);
      if (energy['Voltage']) expect(numberAt(push, '1.0.12.7.0.255')).toBe(energy['Voltage']);
      if (energy['Factor']) expect(numberAt(push, '1.0.13.7.0.255')).toBe(energy['Factor']);
      if (!teleinfo) continue;
      expect(push.device.serialNumber).toBe(teleinfo['ADCO']);
      expect(numberAt(push, '1.0.1.8.1.255')).toBe(teleinfo['HCHC']);
      expect(numberAt(push, '1.0.1.8.2.255')).toBe(teleinfo['HCHP']);
      expect(numberAt(push, '1.0.9.7.0.255')).toBe(teleinfo['PAPP']);
    }
  });

  it('decode from the file as it is', () => {
    expect(tasmota.decode(read('tasmota-messages.json'), {})).toHaveLength(messages.length);
  });
});

(corpus ? describe : describe.skip)('the status of a Shelly Pro 3EM as published (METERMESH_CORPUS)', () => {
  it('has every value of every phase, and the phases add up', () => {
    const { status } = JSON.parse(read('shelly_pro3em_status.json').toString());
    const notification = {
      src: 'shellypro3em-a0dd6c9f4d5c',
      method: 'NotifyStatus',
      params: { ts: status.sys.unixtime + 0.62, 'em:0': status['em:0'], 'emdata:0': status['emdata:0'] },
    };
    const message = {
      topic: 'shellypro3em-a0dd6c9f4d5c/events/rpc',
      payload: Buffer.from(JSON.stringify(notification)),
    };
    const push = decodeShelly(message) as DecodedPush;
    expect(push.device.address).toBe('mqtt:shellypro3em-a0dd6c9f4d5c');
    expect(push.time).toBe(new Date(status.sys.unixtime * 1000 + 620).toISOString());
    for (const component of ['em:0', 'emdata:0']) {
      for (const [name, value] of Object.entries(status[component])) {
        if (typeof value !== 'number' || name === 'id') continue;
        expect([name, Number(valueOf(push, `shelly:${component}.${name}`))]).toEqual([name, value]);
      }
    }
    const phases = ['1.0.21.8.0.255', '1.0.41.8.0.255', '1.0.61.8.0.255'].map((obis) => numberAt(push, obis));
    expect(phases.reduce((sum, phase) => sum + phase)).toBeCloseTo(numberAt(push, '1.0.1.8.0.255'), 2);
    expect(push.measurements.filter(({ obis }) => obis === '0.0.0.0.0.0')).toEqual([]);
  });

  it('decodes from the file as it is', () => {
    expect(shelly.decode(read('shelly_pro3em_status.json'), {})).toMatchObject([
      { time: '2025-05-18T09:38:21.000Z' },
    ]);
  });
});
