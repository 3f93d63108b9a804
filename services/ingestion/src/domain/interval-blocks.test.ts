import { describe, expect, it } from '@jest/globals';
import { Quality } from '@metermesh/metering';
import type { DecodedLoadProfile } from '@metermesh/protocols';
import { intervalBlocks } from './interval-blocks.ts';
import type { KnownMeter } from './known-meter.ts';

const start = Date.parse('2025-06-01T00:00:00+09:00');
const HOUR = 3_600_000;
const ENERGY = '1.0.1.29.0.255';
const TEMPERATURE = '0.0.96.9.0.255';
const HUMIDITY = '0.0.96.9.2.255';

const place = { timeZone: 'Asia/Seoul' };
const plug: KnownMeter = {
  serialNumber: 'PLUG',
  addresses: [],
  multiplier: '40',
  channels: [
    { readingType: 'active-energy-import', obis: ENERGY, intervalSeconds: 900 },
    { readingType: 'temperature', obis: TEMPERATURE, intervalSeconds: 900 },
    { readingType: 'relative-humidity', obis: HUMIDITY, intervalSeconds: 900 },
  ],
  installations: [
    { ...place, usagePointId: 'UP1', submeter: 'kettle', installedAt: start, removedAt: start + HOUR },
    { ...place, usagePointId: 'UP1', installedAt: start + HOUR },
  ],
};
const profile = (
  obis: string,
  values: number[],
  more: Partial<DecodedLoadProfile> = {},
): DecodedLoadProfile => ({
  obis,
  scaler: 0,
  accumulation: obis === ENERGY ? 'interval' : 'instantaneous',
  start,
  intervalSeconds: 900,
  values: Float64Array.from(values),
  ...more,
});
const codes = (profiles: DecodedLoadProfile[]) =>
  intervalBlocks(profiles, plug).leftAside.map(({ code }) => code);

describe('interval values', () => {
  it('fill the channel of the sub-meter while their meter is one, and of the supply from then on', () => {
    const { blocks } = intervalBlocks([profile(ENERGY, [1, 2, 3, 4, 5, 6])], plug);
    expect(blocks.map(({ channel, values }) => [channel, [...values]])).toEqual([
      ['active-energy-import:kettle', [40, 80, 120, 160]],
      ['active-energy-import', [200, 240]],
    ]);
  });

  it('of a state are taken as they are: no transformer ratio, each rounded by itself', () => {
    const { blocks, leftAside } = intervalBlocks(
      [
        profile(TEMPERATURE, [215, -4, Number.NaN], { unit: '°C', scaler: -1 }),
        profile(HUMIDITY, [4526, 4525], { unit: '%', scaler: -2 }),
      ],
      plug,
    );
    expect(leftAside).toEqual([]);
    expect(blocks.map(({ channel, values }) => [channel, [...values]])).toEqual([
      ['temperature:kettle', [21_500, -400, 0]],
      ['relative-humidity:kettle', [453, 453]],
    ]);
    expect([...blocks[0]!.qualities]).toEqual([Quality.Actual, Quality.Actual, Quality.Missing]);
  });

  it('are left aside where what flows is sampled, a state counts up, or the unit is another', () => {
    expect(codes([profile(ENERGY, [1], { accumulation: 'instantaneous' })])).toEqual(['INTERVAL_UNSUITABLE']);
    expect(codes([profile(TEMPERATURE, [1], { accumulation: 'cumulative' })])).toEqual([
      'INTERVAL_UNSUITABLE',
    ]);
    expect(codes([profile(TEMPERATURE, [1], { unit: 'kWh' })])).toEqual(['UNIT_MISMATCH']);
    expect(codes([profile(TEMPERATURE, [3_000_000], { unit: '°C' })])).toEqual(['VALUE_OUT_OF_RANGE']);
  });
});
