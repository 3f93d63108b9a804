import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromBinary, create } from '@bufbuild/protobuf';
import { AgreementStartedSchema, DeviceEventRecordedSchema, factPattern } from '@metermesh/contracts';
import { watchFacts, type Fact } from '@metermesh/messaging';
import { deviceEventTypes } from '@metermesh/metering';
import { encodeDataNotification, encodeDateTime, type CosemData } from '@metermesh/protocols';
import { buildSchema, type GraphQLEnumType } from 'graphql';
import { readFileSync } from 'node:fs';
import { eventually, registerMeter, runIngestion, type RunningIngestion } from './running-ingestion.ts';

const opened = Date.parse('2025-06-01T10:00:00Z');
const FIELDS = 'id type code name occurredAt meter { serialNumber } usagePoint { id } source';

interface Told {
  id: string;
  type: string;
  code: string;
  occurredAt: string | null;
  meter: { serialNumber: string };
  usagePoint: { id: string } | null;
}

/** A push that says only: this event, at that time. */
function eventPush(serialNumber: string, code: number, at: number): Uint8Array {
  const octets = (...values: number[]): CosemData => ({
    type: 'octet-string',
    value: Uint8Array.from(values),
  });
  return encodeDataNotification({
    invokeId: { id: 7, confirmed: true, highPriority: false },
    time: encodeDateTime(at),
    body: {
      type: 'structure',
      value: [
        octets(0, 0, 96, 1, 0, 255),
        { type: 'octet-string', value: Buffer.from(serialNumber) },
        octets(0, 0, 96, 11, 0, 255),
        { type: 'unsigned', value: code },
      ],
    },
  });
}

describe('events of devices', () => {
  let service: RunningIngestion;
  const facts: Fact[] = [];
  const stop = new AbortController();
  const push = async (apdu: Uint8Array) => {
    const line = await service.meterLine();
    await line.push(apdu, 7);
    line.close();
  };
  const ask = (query: string, who = {}) => service.graphql<Record<string, unknown>>(query, {}, who);
  const all = async (filter = '') =>
    (
      (await ask(`{ deviceEvents${filter} { nodes { ${FIELDS} } } }`)).data['deviceEvents'] as {
        nodes: Told[];
      }
    ).nodes;
  const ofEntity = async (type: string, key: string, id: string, who = {}) => {
    const representation = `{ __typename: "${type}", ${key}: "${id}" }`;
    const query = `{ _entities(representations: [${representation}]) { ... on ${type} { deviceEvents { ${FIELDS} } } } }`;
    return ask(query, who);
  };

  beforeAll(async () => {
    service = await runIngestion();
    void (async () => {
      const pattern = factPattern('ingestion', 'DeviceEventRecorded');
      for await (const fact of watchFacts(service.connection, pattern, stop.signal)) facts.push(fact);
    })();
    await registerMeter(service, { serialNumber: 'E1', usagePointId: 'UP-E1' });
    const removed = {
      installedAt: new Date('2024-01-01T00:00:00Z'),
      removedAt: new Date('2025-01-01T00:00:00Z'),
    };
    await registerMeter(service, { serialNumber: 'E2', usagePointId: 'UP-E2', ...removed });
    await service.tell(
      'customer-care',
      'A1',
      create(AgreementStartedSchema, {
        agreementId: 'A1', customerId: 'C1', usagePointId: 'UP-E1', startsOn: '2025-06-02', tariffId: 't', billingDay: 1,
      }), // prettier-ignore
    );
    await push(eventPush('E1', 44, opened));
    await push(eventPush('E1', 44, opened));
    await push(eventPush('E1', 8, opened + 86_400_000));
    await push(eventPush('E2', 42, opened + 1000));
    await eventually(async () => (await all()).length === 3);
    await eventually(async () => {
      const { rows } = await service.database.query('SELECT 1 FROM service_kit.usage_point_access');
      return rows.length === 1;
    });
  }, 60_000);
  afterAll(async () => {
    stop.abort();
    await service?.stop();
  });

  it('are recorded once, with the time, code and words of the meter, wherever it is', async () => {
    expect(await all()).toMatchObject([
      {
        type: 'BATTERY_LOW',
        code: '8',
        usagePoint: { id: 'UP-E1' },
        occurredAt: '2025-06-02T19:00:00+09:00',
      },
      { type: 'MAGNETIC_FIELD', code: '42', meter: { serialNumber: 'E2' }, usagePoint: null },
      { type: 'COVER_OPENED', code: '44', usagePoint: { id: 'UP-E1' }, source: 'dlms-push' },
    ]);
    expect(await service.database.query('SELECT 1 FROM quarantined_frame')).toMatchObject({ rowCount: 0 });
  });

  it('are found by kind, meter and time, page by page', async () => {
    expect(await all('(type: COVER_OPENED)')).toHaveLength(1);
    expect(await all('(serialNumber: "E2")')).toHaveLength(1);
    expect(await all('(from: "2025-06-01T10:00:00Z", to: "2025-06-01T10:00:01Z")')).toHaveLength(1);
    const page = async (after: string) =>
      (await ask(`{ deviceEvents(first: 2${after}) { nodes { code } pageInfo { hasNextPage endCursor } } }`))
        .data['deviceEvents'] as {
        nodes: { code: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    const first = await page('');
    const second = await page(`, after: "${first.pageInfo.endCursor}"`);
    expect([first, second].map(({ nodes }) => nodes.map(({ code }) => code))).toEqual([['8', '42'], ['44']]);
    expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
    const nonsense = await ask('{ deviceEvents(after: "bm9uc2Vuc2U") { nodes { id } } }');
    expect(nonsense.errors?.[0]?.extensions.code).toBe('CURSOR_INVALID');
  });

  it('are facts on NATS, by which they can be asked for', async () => {
    await eventually(() => facts.length === 3);
    const [fact] = facts;
    expect(fromBinary(DeviceEventRecordedSchema, fact!.data)).toMatchObject({
      serialNumber: 'E1',
      type: 'cover-opened',
    });
    const { data } = await ask(`{ deviceEvent(id: "${fact!.id}") { ${FIELDS} } }`);
    expect(data['deviceEvent']).toMatchObject({ type: 'COVER_OPENED', name: 'meter cover removed' });
  });

  it('are told to a customer of his usage point and his time only', async () => {
    const customer = { subject: 'u-1', roles: ['customer' as const], customerId: 'C1' };
    const codes = ({ data }: Awaited<ReturnType<typeof ask>>) =>
      (data['_entities'] as { deviceEvents: Told[] }[])[0]!.deviceEvents.map(({ code }) => code);
    expect(codes(await ofEntity('UsagePoint', 'id', 'UP-E1', customer))).toEqual(['8']);
    expect(codes(await ofEntity('UsagePoint', 'id', 'UP-E1'))).toEqual(['8', '44']);
    expect(codes(await ofEntity('Meter', 'serialNumber', 'E1', customer))).toEqual(['8']);
    expect(codes(await ofEntity('Meter', 'serialNumber', 'E2', customer))).toEqual([]);
    expect(codes(await ofEntity('Meter', 'serialNumber', 'E2'))).toEqual(['42']);
    for (const [code, expected] of [
      ['8', 'BATTERY_LOW'],
      ['44', undefined],
      ['42', undefined],
    ] as const) {
      const { id } = (await all()).find((event) => event.code === code)!;
      const { data } = await ask(`{ deviceEvent(id: "${id}") { type } }`, customer);
      expect((data?.['deviceEvent'] as Told | null | undefined)?.type).toBe(expected);
    }
    expect((await ask('{ deviceEvents { nodes { id } } }', customer)).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('have a kind in the schema for each kind that there is', () => {
    const sdl = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
    const kinds = buildSchema(sdl, { assumeValidSDL: true }).getType('DeviceEventType') as GraphQLEnumType;
    expect(kinds.getValues().map(({ name }) => name.toLowerCase().replaceAll('_', '-'))).toEqual(
      deviceEventTypes,
    );
  });
});
