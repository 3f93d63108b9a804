import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import {
  AgreementEndedSchema,
  AgreementStartedSchema,
  LoadProfileValidatedSchema,
} from '@metermesh/contracts';
import { fromBinary } from '@bufbuild/protobuf';
import {
  eventually,
  midnight,
  profilePush,
  QUARTER,
  registerMeter,
  REGISTER,
  runIngestion,
  type RunningIngestion,
} from './running-ingestion.ts';

let service: RunningIngestion;
beforeAll(async () => {
  service = await runIngestion();
}, 60_000);
afterAll(() => service?.stop());

const ofDay = (time: string, day = 1) => `2025-06-0${day}T${time}:00+09:00`;
const push = async (apdu: Uint8Array) => {
  const line = await service.meterLine();
  await line.push(apdu, 1);
  line.close();
};

describe('a customer', () => {
  const claims = { subject: 'u-1', roles: ['customer' as const], customerId: 'C1' };
  beforeAll(async () => {
    await registerMeter(service, { serialNumber: 'HOME1', usagePointId: 'UP-HOME' });
    const agreement = { agreementId: 'A1', customerId: 'C1', usagePointId: 'UP-HOME' };
    await service.tell(
      'customer-care',
      'A1',
      create(AgreementStartedSchema, { ...agreement, startsOn: '2025-06-02', tariffId: 't', billingDay: 1 }),
    );
    await service.tell(
      'customer-care',
      'A1',
      create(AgreementEndedSchema, { ...agreement, endsOn: '2025-06-03' }),
    );
    await push(
      profilePush('HOME1', midnight, new Array(3 * 96).fill(1), { registers: [{ ...REGISTER, value: 77 }] }),
    );
    await eventually(
      async () => (await service.loadProfile('UP-HOME', ofDay('00:00'), ofDay('00:00', 4))).total === '288',
    );
    await eventually(async () => {
      const { rows } = await service.database.query(
        `SELECT 1 FROM service_kit.usage_point_access WHERE ends_on IS NOT NULL AND starts_on < ends_on`,
      );
      return rows.length === 1;
    });
  });

  it('sees the days of the agreement and no others', async () => {
    const profile = await service.loadProfile('UP-HOME', ofDay('00:00'), ofDay('00:00', 4), 'P1D', claims);
    expect(profile.intervals).toEqual([
      { start: '2025-06-02T00:00:00+09:00', value: '96', quality: 'ACTUAL' },
    ]);
  });

  it('sees no register of a time before or after, though it was recorded together with what he may see', async () => {
    const ask = `{ _entities(representations: [{ __typename: "UsagePoint", id: "UP-HOME" }]) { ... on UsagePoint {
      readings(last: 9) { id blocks { start } registers { value } } } } }`;
    await service.database.query(
      `UPDATE reading SET received_at = '2025-06-02T12:00:00Z' WHERE usage_point_id = 'UP-HOME'`,
    );
    type Seen = { _entities: [{ readings: { blocks: object[]; registers: object[] }[] }] };
    const { data } = await service.graphql<Seen>(ask, {}, claims);
    const { readings } = data._entities[0];
    expect(readings.flatMap(({ blocks }) => blocks)).toHaveLength(1);
    expect(readings.flatMap(({ registers }) => registers)).toEqual([]);
  });

  it('sees nothing of another usage point', async () => {
    await expect(
      service.loadProfile('UP-OTHER', ofDay('00:00'), ofDay('01:00'), 'PT15M', claims),
    ).rejects.toThrow('FORBIDDEN');
  });

  it('is told of what is not there', async () => {
    const ask = `query ($id: ID!, $channel: String!) { _entities(representations: [{ __typename: "UsagePoint", id: $id }]) { ... on UsagePoint {
      loadProfile(channel: $channel, from: "2025-06-01T00:00:00Z", to: "2025-06-02T00:00:00Z", resolution: PT1H) { total } } } }`;
    const channel = await service.graphql(ask, { id: 'UP-HOME', channel: 'steam' });
    expect(channel.errors?.[0]).toMatchObject({
      message: expect.stringContaining('active-energy-import'),
      extensions: { code: 'UNKNOWN_CHANNEL' },
    });
    const place = await service.graphql(ask, { id: 'UP-NOWHERE', channel: 'active-energy-import' });
    expect(place.errors?.[0]?.extensions.code).toBe('USAGE_POINT_NOT_FOUND');
  });
});

describe('what was recorded', () => {
  const READINGS = `{ _entities(representations: [{ __typename: "UsagePoint", id: "UP-HOME" }]) { ... on UsagePoint {
    readings(last: 5) { id source meter { serialNumber } blocks { channel unit start values } registers { obis value } }
    registerReads(last: 5) { readAt registers { obis value unit } } } } }`;
  interface Recorded {
    readings: { id: string; blocks: object[]; registers: object[] }[];
    registerReads: object[];
  }

  it('is found by usage point and by id', async () => {
    const { data } = await service.graphql<{ _entities: [Recorded] }>(READINGS);
    const { readings, registerReads } = data._entities[0];
    expect(readings).toHaveLength(2);
    expect(registerReads).toEqual([
      {
        readAt: '2025-06-04T00:00:00+09:00',
        registers: [{ obis: '1.0.1.8.0.255', value: '77', unit: 'Wh' }],
      },
    ]);
    const profile = readings.find(({ blocks }) => blocks.length > 0)!;
    const one = await service.graphql<{ reading: object }>(
      'query ($id: ID!) { reading(id: $id) { id usagePoint { id } blocks { start } } }',
      { id: profile.id },
    );
    expect(one.data.reading).toMatchObject({
      id: profile.id,
      usagePoint: { id: 'UP-HOME' },
      blocks: [{ start: '2025-06-01T00:00:00+09:00' }],
    });
    const none = await service.graphql<{ reading: null }>('{ reading(id: "nothing") { id } }');
    expect(none.data.reading).toBeNull();
  });

  it('reaches others as validated days, once a change', async () => {
    const days: { date: string; version: bigint; sum: number }[] = [];
    const subscription = service.connection.subscribe('fact.ingestion.load-profile-validated.*', {
      callback: (_error, message) => {
        const fact = fromBinary(LoadProfileValidatedSchema, message.data);
        if (fact.usagePointId === 'UP-FACT') {
          days.push({
            date: fact.localDate,
            version: fact.version,
            sum: fact.day!.values.reduce((a, b) => a + b, 0),
          });
        }
      },
    });
    await registerMeter(service, { serialNumber: 'FACT1', usagePointId: 'UP-FACT' });
    await push(profilePush('FACT1', midnight, [1, 2]));
    await eventually(() => days.length === 1);
    await push(profilePush('FACT1', midnight, [1, 2]));
    await push(profilePush('FACT1', midnight + 2 * QUARTER, [3]));
    await eventually(() => days.length === 2);
    expect(days).toEqual([
      { date: '2025-06-01', version: 1n, sum: 3 },
      { date: '2025-06-01', version: 2n, sum: 6 },
    ]);
    subscription.unsubscribe();
  });

  it('is all there after a restart', async () => {
    await service.restart();
    expect((await service.loadProfile('UP-FACT', ofDay('00:00'), ofDay('01:00'))).total).toBe('6');
    await push(profilePush('FACT1', midnight + 3 * QUARTER, [4]));
    await eventually(
      async () => (await service.loadProfile('UP-FACT', ofDay('00:00'), ofDay('01:00'))).total === '10',
    );
  });
});
