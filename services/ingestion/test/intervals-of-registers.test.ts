import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, fromBinary } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  factPattern,
  LoadProfileValidatedSchema,
  MeterInstalledSchema,
  MeterRemovedSchema,
  type LoadProfileValidated,
} from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import { watchFacts } from '@metermesh/messaging';
import type { DecodedMeasurement, DecodedPush } from '@metermesh/protocols';
import { ReadingLog } from '../src/adapters/reading-log.ts';
import { RecordReadings } from '../src/record-readings.ts';
import {
  eventually,
  midnight,
  profilePush,
  registerMeter,
  runIngestion,
  type Profile,
  type RunningIngestion,
} from './running-ingestion.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const IMPORT = { readingType: 'active-energy-import', obis: '1.0.1.29.0.255', intervalSeconds: 900 };

const measured = (obis: string, value: string, unit: string, more: Partial<DecodedMeasurement> = {}) => ({
  obis,
  value,
  unit,
  ...more,
});

describe('interval values of meters that send registers', () => {
  let service: RunningIngestion;
  const validated: LoadProfileValidated[] = [];
  const stop = new AbortController();

  beforeAll(async () => {
    service = await runIngestion();
    void (async () => {
      const pattern = factPattern('ingestion', 'LoadProfileValidated');
      for await (const { data } of watchFacts(service.connection, pattern, stop.signal))
        validated.push(fromBinary(LoadProfileValidatedSchema, data));
    })();
  }, 60_000);
  afterAll(async () => {
    stop.abort();
    await service?.stop();
  });

  /** What a codec read from a frame of the meter, as it came in at that time. */
  const arrives = async (
    serialNumber: string,
    at: number,
    measurements: DecodedMeasurement[],
    more: Partial<DecodedPush> = {},
  ) => {
    const push = { device: {}, measurements, loadProfiles: [], events: [], warnings: [], ...more };
    const outcome = await service.app.get(RecordReadings).record({
      source: 'test',
      receivedAt: at + 1000,
      payload: Buffer.from(`${serialNumber} ${at}`),
      sender: { serialNumbers: [serialNumber] },
      open: () => push,
    });
    if (isRefusal(outcome)) throw new Error(`${outcome.code}: ${outcome.message}`);
  };
  const dated = (at: number) => ({ time: new Date(at).toISOString() });
  const register = (serialNumber: string, usagePointId: string, channels: object[], more: object = {}) =>
    registerMeter(service, { serialNumber, usagePointId, registered: { channels, ...more } as never });
  const profile = async (usagePointId: string, channel: string, hours: number, resolution = 'PT15M') => {
    const query = `{ _entities(representations: [{ __typename: "UsagePoint", id: "${usagePointId}" }]) { ... on UsagePoint {
      loadProfile(channel: "${channel}", from: "${new Date(midnight).toISOString()}", to: "${new Date(midnight + hours * HOUR).toISOString()}",
        resolution: ${resolution}) { unit total intervals { start value quality } } } } }`;
    const { data, errors } = await service.graphql<{ _entities: [{ loadProfile: Profile }] }>(query);
    if (errors) throw new Error(errors[0]!.extensions.code);
    return data._entities[0].loadProfile;
  };
  const values = ({ intervals }: Profile) => intervals.map(({ value }) => value);
  const qualities = ({ intervals }: Profile) => intervals.map(({ quality }) => quality);
  const lastFact = (usagePointId: string) => validated.findLast((fact) => fact.usagePointId === usagePointId);

  it('are measured where a P1 port tells the registers of both tariffs every ten seconds', async () => {
    await register('P1', 'UP-P1', [IMPORT]);
    for (let at = midnight - 5000; at <= midnight + HOUR + 20_000; at += 10_000) {
      const seconds = (at - midnight) / 1000;
      const low = (1000 + Math.min(seconds, 1805) / 1000).toFixed(3);
      const normal = (2000 + Math.max(0, seconds - 1805) / 500).toFixed(3);
      const registers = [measured('1.0.1.8.1.255', low, 'kWh'), measured('1.0.1.8.2.255', normal, 'kWh')];
      await arrives('P1', at, registers, dated(at));
    }
    await eventually(async () => values(await profile('UP-P1', IMPORT.readingType, 1))[3] !== null);
    const day = await profile('UP-P1', IMPORT.readingType, 1);
    expect([day.unit, day.total]).toEqual(['Wh', '5395']);
    expect(values(day)).toEqual(['900', '900', '1795', '1800']);
    expect(qualities(day)).toEqual(['ACTUAL', 'ACTUAL', 'ACTUAL', 'ACTUAL']);
    // Of 363 telegrams one a minute, and those that each hour may have beyond.
    expect(await service.readingsOf('UP-P1')).toBeLessThan(90);
    const { rows } = await service.database.query('SELECT 1 FROM register_read WHERE serial_number = $1', [
      'P1',
    ]);
    expect(rows.length).toBeLessThanOrEqual(2 * 6);
  }, 60_000);

  it('are not passed over as too many where they only come again because they could not be committed', async () => {
    await register('AGAIN', 'UP-AGAIN', [IMPORT]);
    const log = service.app.get(ReadingLog);
    const { append } = log;
    log.append = () => Promise.reject(new Error('the database is away'));
    const comes = () =>
      arrives('AGAIN', midnight, [measured('1.0.1.8.0.255', '1000', 'Wh')], dated(midnight));
    for (let attempt = 0; attempt < 20; attempt++) await expect(comes()).rejects.toThrow('away');
    log.append = append;
    await comes();
    await eventually(async () => (await service.readingsOf('UP-AGAIN')) === 1);
  });

  it('are estimated from uplinks at odd times, some of them lost, and add up to the register', async () => {
    await register('LORA', 'UP-LORA', [IMPORT]);
    let last = midnight;
    for (let uplink = 0; uplink <= 40; uplink++) {
      if (uplink % 6 === 4) continue;
      last = midnight + uplink * 37 * MINUTE;
      await arrives('LORA', last - 1000, [measured('1.0.1.8.0.255', String(uplink * 37 * 20), 'Wh')]);
    }
    await eventually(async () => values(await profile('UP-LORA', IMPORT.readingType, 24))[95] !== null);
    const day = await profile('UP-LORA', IMPORT.readingType, 24);
    expect(new Set(values(day))).toEqual(new Set(['300']));
    expect(new Set(qualities(day))).toEqual(new Set(['ESTIMATED']));
    expect(day.total).toBe(String(96 * 300));
    await eventually(() => lastFact('UP-LORA')?.day?.values[95] === 300);
    const reads = await service.database.query<{ event_id: string }>(
      `SELECT event_id::text FROM reading WHERE usage_point_id = 'UP-LORA' ORDER BY read_at`,
    );
    // All but the last, which is of the next day.
    expect(lastFact('UP-LORA')!.sourceEventIds).toEqual(
      reads.rows.slice(0, lastFact('UP-LORA')!.sourceEventIds.length).map(({ event_id }) => event_id),
    );
    expect(lastFact('UP-LORA')!.sourceEventIds.length).toBeGreaterThan(30);
  });

  it('spread what a water meter tells once a day over its hours, but not what it tells after a week', async () => {
    const channel = { readingType: 'water-volume', obis: '9.0.1.0.0.255', intervalSeconds: 3600 };
    await register('WATER', 'UP-WATER', [channel]);
    const read = (day: number, cubicMetres: string) =>
      arrives(
        'WATER',
        midnight + day * 24 * HOUR + 13 * MINUTE,
        [measured('9.0.1.0.0.255', cubicMetres, 'm3')],
        {
          time: new Date(midnight + day * 24 * HOUR + 13 * MINUTE).toISOString(),
        },
      );
    await read(-1, '99.9');
    await read(0, '100');
    await read(1, '100.24');
    await read(8, '107');
    await eventually(async () => values(await profile('UP-WATER', 'water-volume', 24, 'PT1H'))[23] !== null);
    const day = await profile('UP-WATER', 'water-volume', 24, 'PT1H');
    expect(new Set(qualities(day))).toEqual(new Set(['ESTIMATED']));
    expect(values(day).slice(1)).toEqual(new Array(23).fill('10'));
    const later = await profile('UP-WATER', 'water-volume', 72, 'P1D');
    expect(qualities(later)).toEqual(['ESTIMATED', 'MISSING', 'MISSING']);
  });

  it('are derived anew when a read comes late, and never stand against what the meter itself measured', async () => {
    await register('LATE', 'UP-LATE', [IMPORT]);
    const read = (minutes: number, wh: number) =>
      arrives('LATE', midnight + minutes * MINUTE, [measured('1.0.1.8.0.255', String(wh), 'Wh')], {
        time: new Date(midnight + minutes * MINUTE).toISOString(),
      });
    const now = async () => {
      const day = await profile('UP-LATE', IMPORT.readingType, 1);
      return day.intervals.map(({ value, quality }) => `${value} ${quality}`);
    };
    await read(60, 400);
    await read(0, 0);
    await eventually(async () => (await now())[0] === '100 ESTIMATED');
    await read(30, 60);
    await eventually(async () => (await now())[0] === '30 ESTIMATED');
    expect(await now()).toEqual(['30 ESTIMATED', '30 ESTIMATED', '170 ESTIMATED', '170 ESTIMATED']);
    await read(15, 50);
    await eventually(async () => (await now())[0] === '50 ACTUAL');
    expect(await now()).toEqual(['50 ACTUAL', '10 ACTUAL', '170 ESTIMATED', '170 ESTIMATED']);
    const line = await service.meterLine();
    await line.push(profilePush('LATE', midnight + 45 * MINUTE, [155]), 1);
    await eventually(async () => (await now())[3] === '155 ACTUAL');
    expect(await now()).toEqual(['50 ACTUAL', '10 ACTUAL', '170 ESTIMATED', '155 ACTUAL']);
    await read(45, 240);
    await eventually(async () => (await now())[2] === '180 ACTUAL');
    expect((await now())[3]).toBe('155 ACTUAL');
    line.close();
  });

  it('go on over the end of a dial, and stop at a reset', async () => {
    await register('DIAL', 'UP-DIAL', [IMPORT], { dialDigits: 5 });
    const read = (minutes: number, kwh: string) =>
      arrives('DIAL', midnight + minutes * MINUTE, [measured('1.0.1.8.0.255', kwh, 'kWh')], {
        time: new Date(midnight + minutes * MINUTE).toISOString(),
      });
    for (const [minutes, kwh] of [
      [0, '99999.5'],
      [15, '0.5'],
      [30, '1.5'],
      [45, '0'],
      [60, '0.25'],
    ] as const)
      await read(minutes, kwh);
    await eventually(async () => values(await profile('UP-DIAL', IMPORT.readingType, 1))[3] !== null);
    const day = await profile('UP-DIAL', IMPORT.readingType, 1);
    expect(values(day)).toEqual(['1000', '1000', null, '250']);
    expect(qualities(day)).toEqual(['ACTUAL', 'ACTUAL', 'MISSING', 'ACTUAL']);
  });

  it('are means where a sensor tells temperatures', async () => {
    const channel = { readingType: 'temperature', obis: '0.0.96.9.0.255', intervalSeconds: 900 };
    await register('SENSOR', 'UP-SENSOR', [channel]);
    for (const [minutes, celsius] of [
      [1, '-1.5'],
      [6, '-0.5'],
      [11, '0.05'],
      [31, '3'],
    ] as const)
      await arrives('SENSOR', midnight + minutes * MINUTE, [measured('0.0.96.9.0.255', celsius, '°C')]);
    await eventually(async () => values(await profile('UP-SENSOR', 'temperature', 1))[2] !== null);
    const day = await profile('UP-SENSOR', 'temperature', 1);
    expect(values(day)).toEqual(['-650', null, '3000', null]);
    expect(qualities(day)).toEqual(['ACTUAL', 'MISSING', 'ACTUAL', 'MISSING']);
  });

  it('hold what both meters counted of the interval in which one took the place of the other', async () => {
    const exchangedAt = new Date(midnight + 20 * MINUTE);
    const place = { usagePointId: 'UP-EXCHANGE', registered: { channels: [IMPORT] } as never };
    await registerMeter(service, { ...place, serialNumber: 'OLD', removedAt: exchangedAt });
    await registerMeter(service, { ...place, serialNumber: 'NEW', installedAt: exchangedAt });
    const at = timestampFromDate(exchangedAt);
    const reads = (wh: bigint) => [{ obis: '1.0.1.8.0.255', value: wh, scaler: 0, unit: 'Wh' }];
    const moved = { usagePointId: 'UP-EXCHANGE' };
    const removal = { ...moved, serialNumber: 'OLD', removedAt: at, registerReads: reads(130n) };
    await service.tell('device-registry', 'UP-EXCHANGE', create(MeterRemovedSchema, removal));
    const installation = { ...moved, serialNumber: 'NEW', installedAt: at, registerReads: reads(7n) };
    await service.tell('device-registry', 'UP-EXCHANGE', create(MeterInstalledSchema, installation));
    for (const [serialNumber, minutes, wh] of [
      ['OLD', 0, 100],
      ['OLD', 15, 120],
      ['NEW', 30, 27],
      ['NEW', 45, 30],
    ] as const)
      await arrives(
        serialNumber,
        midnight + minutes * MINUTE,
        [measured('1.0.1.8.0.255', String(wh), 'Wh')],
        {
          time: new Date(midnight + minutes * MINUTE).toISOString(),
        },
      );
    await eventually(async () => {
      const [, before, after] = values(await profile('UP-EXCHANGE', IMPORT.readingType, 1));
      return before !== null && after !== null;
    });
    const day = await profile('UP-EXCHANGE', IMPORT.readingType, 1);
    expect(values(day)).toEqual(['20', '30', '3', null]);
    expect(qualities(day)).toEqual(['ACTUAL', 'ACTUAL', 'ACTUAL', 'MISSING']);
  });
});
