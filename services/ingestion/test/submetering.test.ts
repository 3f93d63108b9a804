import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  MeterInstalledSchema,
  MeterRegisteredSchema,
  ServiceKind,
  UsagePointRegisteredSchema,
} from '@metermesh/contracts';
import {
  eventually,
  midnight,
  profilePush,
  runIngestion,
  type MeterLine,
  type RunningIngestion,
} from './running-ingestion.ts';

jest.setTimeout(60_000);

const UP = 'UP-HOME';
const ENERGY = { readingType: 'active-energy-import', obis: '1.0.1.29.0.255', intervalSeconds: 900 };
const TEMPERATURE = { readingType: 'temperature', obis: '0.0.96.9.0.255', intervalSeconds: 900 };
/** COSEM unit 9 is °C; values in tenths. */
const TENTHS_OF_DEGREES = { obis: TEMPERATURE.obis, scaler: -1, unitCode: 9 };

const SUBMETERING = `query ($from: DateTime!, $to: DateTime!, $resolution: Resolution!, $readingType: String!) {
  _entities(representations: [{ __typename: "UsagePoint", id: "${UP}" }]) { ... on UsagePoint {
    submetering(readingType: $readingType, from: $from, to: $to, resolution: $resolution) {
      readingType unit timeZone intervals {
        start mains unattributed quality exceedsMains submeters { name value quality } } } } } }`;
const PROFILE = `query ($channel: String!, $from: DateTime!, $to: DateTime!, $resolution: Resolution!) {
  _entities(representations: [{ __typename: "UsagePoint", id: "${UP}" }]) { ... on UsagePoint {
    loadProfile(channel: $channel, from: $from, to: $to, resolution: $resolution) {
      channel unit aggregation total mean intervals { start value quality } } } } }`;
const MIDNIGHT = new Date(midnight).toISOString();
const ONE = new Date(midnight + 3_600_000).toISOString();

describe('a usage point with a plug and a sensor', () => {
  let service: RunningIngestion;
  let line: MeterLine;
  const tell = (serialNumber: string, channels: object[], submeter = '') =>
    Promise.all([
      service.tell(
        'device-registry',
        serialNumber,
        create(MeterRegisteredSchema, { serialNumber, multiplier: '1', channels: channels as never }),
      ),
      service.tell(
        'device-registry',
        UP,
        create(MeterInstalledSchema, {
          serialNumber,
          usagePointId: UP,
          submeter,
          installedAt: timestampFromDate(new Date('2024-01-01T00:00:00Z')),
        }),
      ),
    ]);
  const ask = async <Answer>(query: string, variables: object, who = {}) => {
    const { data, errors } = await service.graphql<{ _entities: [Answer] }>(query, variables, who);
    if (errors) throw new Error(errors[0]!.extensions.code);
    return data._entities[0];
  };
  const submetering = async (resolution = 'PT15M', who = {}) => {
    const variables = { from: MIDNIGHT, to: ONE, resolution, readingType: 'active-energy-import' };
    return (await ask<{ submetering: Submetering }>(SUBMETERING, variables, who)).submetering;
  };
  const profile = async (channel: string, resolution = 'PT15M') =>
    (
      await ask<{ loadProfile: object & { intervals: { value: string | null }[] } }>(PROFILE, {
        channel,
        from: MIDNIGHT,
        to: ONE,
        resolution,
      })
    ).loadProfile;

  beforeAll(async () => {
    service = await runIngestion();
    line = await service.meterLine();
    await service.tell(
      'device-registry',
      UP,
      create(UsagePointRegisteredSchema, {
        usagePointId: UP,
        timeZone: 'Asia/Seoul',
        serviceKind: ServiceKind.ELECTRICITY,
      }),
    );
    await tell('MAINS', [ENERGY]);
    await tell('PLUG', [ENERGY, TEMPERATURE], 'refrigerator');
    await tell('AIR', [TEMPERATURE]);
    await eventually(async () => {
      const { rows } = await service.database.query(
        'SELECT FROM meter JOIN meter_movement USING (serial_number) JOIN usage_point USING (usage_point_id)',
      );
      return rows.length === 3;
    });
    await line.push(profilePush('MAINS', midnight, [100, 100, 100, 50], { invokeId: 1 }), 1);
    await line.push(profilePush('PLUG', midnight, [20, 30, 0, 90], { invokeId: 2 }), 2);
    const states = { invokeId: 3, channels: [TENTHS_OF_DEGREES] };
    await line.push(profilePush('AIR', midnight, [5, 15, 25, 46], states), 3);
    await eventually(async () => (await profile('temperature')).intervals.every(({ value }) => value));
  });
  afterAll(async () => {
    line?.close();
    await service?.stop();
  });

  it('shows what the plug takes of the mains, and the rest', async () => {
    const told = await submetering();
    expect(told).toMatchObject({ readingType: 'active-energy-import', unit: 'Wh', timeZone: 'Asia/Seoul' });
    const rows = told.intervals.map((each) => [
      each.mains,
      each.submeters[0]!.value,
      each.unattributed,
      each.exceedsMains,
    ]);
    expect(rows).toEqual([
      ['100', '20', '80', false],
      ['100', '30', '70', false],
      ['100', '0', '100', false],
      ['50', '90', '-40', true],
    ]);
    expect(told.intervals[0]).toMatchObject({
      start: '2025-06-01T00:00:00+09:00',
      quality: 'ACTUAL',
      submeters: [{ name: 'refrigerator', quality: 'ACTUAL' }],
    });
    const [hour] = (await submetering('PT1H')).intervals;
    expect(hour).toMatchObject({ mains: '350', unattributed: '210', exceedsMains: false });
  });

  it('keeps the plug out of the channel of the supply', async () => {
    expect(await profile('active-energy-import', 'PT1H')).toMatchObject({ total: '350', mean: null });
    expect(await profile('active-energy-import:refrigerator', 'PT1H')).toMatchObject({
      channel: 'active-energy-import:refrigerator',
      unit: 'Wh',
      aggregation: 'SUM',
      total: '140',
    });
    await expect(profile('active-energy-import:oven')).rejects.toThrow('UNKNOWN_CHANNEL');
  });

  it('averages temperatures', async () => {
    expect(await profile('temperature')).toMatchObject({
      unit: 'm°C',
      aggregation: 'MEAN',
      total: '0',
      mean: '2275',
      intervals: [
        { value: '500', quality: 'ACTUAL' },
        { value: '1500' },
        { value: '2500' },
        { value: '4600' },
      ],
    });
    expect(await profile('temperature', 'PT1H')).toMatchObject({ intervals: [{ value: '2275' }] });
  });

  it('refuses to set states against the mains, and tells strangers nothing', async () => {
    const variables = { from: MIDNIGHT, to: ONE, resolution: 'PT1H', readingType: 'temperature' };
    await expect(ask(SUBMETERING, variables)).rejects.toThrow('READING_TYPE_NOT_ADDITIVE');
    const stranger = { subject: 'x', roles: ['customer'], customerId: 'C-NONE' };
    await expect(submetering('PT1H', stranger)).rejects.toThrow('FORBIDDEN');
  });
});

interface Submetering {
  intervals: {
    start: string;
    mains: string | null;
    unattributed: string | null;
    quality: string;
    exceedsMains: boolean;
    submeters: { name: string; value: string | null; quality: string }[];
  }[];
}
