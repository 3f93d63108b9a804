import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type MeterKeysSet } from '@metermesh/contracts';
import { watchFacts, type Fact } from '@metermesh/messaging';
import { openKey } from '@metermesh/service-kit';
import { codes, customer, operator, startRegistry, until, type Answer } from './device-registry.test-kit.ts';

jest.setTimeout(60_000);

const REGISTER_USAGE_POINT = /* GraphQL */ `
  mutation ($input: RegisterUsagePointInput!) {
    registerUsagePoint(input: $input) {
      id
      timeZone
    }
  }
`;
const REGISTER_METER = /* GraphQL */ `
  mutation ($input: RegisterMeterInput!) {
    registerMeter(input: $input) {
      serialNumber
      systemTitle
      multiplier
      hasKeys
      channels {
        readingType
        unit
        obis
        intervalSeconds
      }
    }
  }
`;
const INSTALL = /* GraphQL */ `
  mutation ($input: InstallMeterInput!) {
    installMeter(input: $input) {
      id
      meters {
        serialNumber
      }
      channels {
        readingType
      }
    }
  }
`;
const EXCHANGE = /* GraphQL */ `
  mutation ($input: ExchangeMeterInput!) {
    exchangeMeter(input: $input) {
      meters {
        serialNumber
      }
    }
  }
`;
const REMOVE = /* GraphQL */ `
  mutation ($input: RemoveMeterInput!) {
    removeMeter(input: $input) {
      meters {
        serialNumber
      }
    }
  }
`;

describe('device-registry', () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  const facts: Fact[] = [];
  const stopWatching = new AbortController();
  let ask: typeof registry.ask;

  beforeAll(async () => {
    registry = await startRegistry();
    ask = registry.ask;
    void (async () => {
      for await (const fact of watchFacts(registry.nats, 'fact.device-registry.>', stopWatching.signal))
        facts.push(fact);
    })();
  });
  afterAll(async () => {
    stopWatching.abort();
    await registry.stop();
  });

  const usagePoint = (id: string, change = {}) =>
    ask(REGISTER_USAGE_POINT, {
      input: { id, serviceKind: 'ELECTRICITY', timeZone: 'Asia/Seoul', address: 'Jong-ro 1', ...change },
    });
  const meter = (serialNumber: string, change = {}) =>
    ask(REGISTER_METER, {
      input: {
        serialNumber,
        manufacturer: 'Acme',
        serviceKind: 'ELECTRICITY',
        channels: [{ readingType: 'active-energy-import' }],
        ...change,
      },
    });
  const reads = (value: string) => [{ obis: '1.0.1.8.0.255', value, unit: 'kWh' }];
  const install = (serialNumber: string, usagePointId: string, installedAt = '2026-10-01T09:00:00+09:00') =>
    ask(INSTALL, { input: { serialNumber, usagePointId, installedAt, registerReads: reads('0.5') } });
  const recorded = async () =>
    Number(
      (await registry.pool.query<{ n: string }>('SELECT count(*) AS n FROM event_store.events')).rows[0]!.n,
    );
  const factsOf = (name: string, key: string) =>
    facts.filter(({ type, stream }) => type.endsWith(`.${name}`) && stream?.endsWith(key));

  it('registers, installs, exchanges and removes meters, and answers what is installed where', async () => {
    await usagePoint('UP-1');
    expect((await meter('M-1', { systemTitle: '4d4d4d0000000001', multiplier: '0.10' })).data).toEqual({
      registerMeter: {
        serialNumber: 'M-1',
        systemTitle: '4D4D4D0000000001',
        multiplier: '0.1',
        hasKeys: false,
        channels: [
          { readingType: 'active-energy-import', unit: 'Wh', obis: '1.0.1.29.0.255', intervalSeconds: 900 },
        ],
      },
    });
    await meter('M-2');
    expect((await install('M-1', 'UP-1')).data).toEqual({
      installMeter: {
        id: 'UP-1',
        meters: [{ serialNumber: 'M-1' }],
        channels: [{ readingType: 'active-energy-import' }],
      },
    });
    const exchanged = await ask(EXCHANGE, {
      input: {
        usagePointId: 'UP-1',
        oldSerialNumber: 'M-1',
        newSerialNumber: 'M-2',
        exchangedAt: '2026-11-01T00:00:00Z',
        removeRegisterReads: reads('1234.50'),
        installRegisterReads: reads('0'),
      },
    });
    expect(exchanged.data).toEqual({ exchangeMeter: { meters: [{ serialNumber: 'M-2' }] } });

    const answer = await ask(`{ usagePoint(id: "UP-1") {
      serviceKind timeZone address feeder
      installations { meter { serialNumber usagePoint { id } } installedAt removedAt
        installRegisterReads { obis value unit } removeRegisterReads { value } } } }`);
    expect(answer.data).toEqual({
      usagePoint: {
        serviceKind: 'ELECTRICITY',
        timeZone: 'Asia/Seoul',
        address: 'Jong-ro 1',
        feeder: null,
        installations: [
          {
            meter: { serialNumber: 'M-2', usagePoint: { id: 'UP-1' } },
            installedAt: '2026-11-01T09:00:00+09:00',
            removedAt: null,
            installRegisterReads: [{ obis: '1.0.1.8.0.255', value: '0', unit: 'kWh' }],
            removeRegisterReads: [],
          },
          {
            meter: { serialNumber: 'M-1', usagePoint: null },
            installedAt: '2026-10-01T09:00:00+09:00',
            removedAt: '2026-11-01T09:00:00+09:00',
            installRegisterReads: [{ obis: '1.0.1.8.0.255', value: '0.5', unit: 'kWh' }],
            removeRegisterReads: [{ value: '1234.5' }],
          },
        ],
      },
    });
    const removed = await ask(REMOVE, {
      input: {
        serialNumber: 'M-2',
        usagePointId: 'UP-1',
        removedAt: '2026-11-02T00:00:00Z',
        registerReads: reads('9'),
      },
    });
    expect(removed.data).toEqual({ removeMeter: { meters: [] } });
  });

  it('tells others of each installation and removal once', async () => {
    await until(
      () => factsOf('MeterRemoved', 'UP-1').length >= 2 && factsOf('MeterInstalled', 'UP-1').length >= 2,
    );
    await usagePoint('UP-LAST');
    await until(() => factsOf('UsagePointRegistered', 'UP-LAST').length === 1);
    expect(factsOf('MeterInstalled', '')).toHaveLength(2);
    expect(factsOf('MeterRemoved', '')).toHaveLength(2);
    expect(factsOf('MeterRegistered', 'M-1')).toHaveLength(1);
    expect(factsOf('SystemTitleReserved', '')).toEqual([]);
    expect(factsOf('MeterInstalled', 'UP-1')[0]).toMatchObject({ actor: 'op-1', stream: 'usage-point-UP-1' });
  });

  it('records nothing where a command is a repeat, and answers as the first time', async () => {
    const keys = { encryptionKey: '000102030405060708090A0B0C0D0E0F' };
    const everything = async () => [
      await usagePoint('UP-2'),
      await meter('M-20', { systemTitle: '4D4D4D0000000020', keys }),
      await install('M-20', 'UP-2'),
    ];
    const first = await everything();
    const events = await recorded();
    expect(await everything()).toEqual(first);
    expect(first.flatMap(codes)).toEqual([]);
    expect(await recorded()).toBe(events);
  });

  it('refuses with a code what may not be, and records nothing of it', async () => {
    await usagePoint('UP-3');
    await usagePoint('UP-4');
    await meter('M-30', { systemTitle: '4D4D4D0000000030' });
    await meter('M-31');
    await install('M-30', 'UP-3');
    const events = await recorded();
    const refused: [string, Promise<Answer>][] = [
      ['USAGE_POINT_EXISTS', usagePoint('UP-3', { address: 'Elsewhere' })],
      ['TIME_ZONE_UNKNOWN', usagePoint('UP-5', { timeZone: 'Mars/Olympus' })],
      ['METER_EXISTS', meter('M-30', { manufacturer: 'Other' })],
      ['SYSTEM_TITLE_TAKEN', meter('M-32', { systemTitle: '4D4D4D0000000030' })],
      ['SYSTEM_TITLE_INVALID', meter('M-32', { systemTitle: 'not hexadecimal' })],
      ['KEY_INVALID', meter('M-32', { keys: { encryptionKey: 'too short' } })],
      ['USAGE_POINT_NOT_FOUND', install('M-31', 'UP-NONE')],
      ['METER_NOT_FOUND', install('M-NONE', 'UP-4')],
      ['METER_INSTALLED_ELSEWHERE', install('M-30', 'UP-4')],
      ['CHANNEL_ALREADY_MEASURED', install('M-31', 'UP-3')],
      ['INSTANT_IN_FUTURE', install('M-31', 'UP-4', '2126-01-01T00:00:00Z')],
      [
        'METER_NOT_INSTALLED',
        ask(REMOVE, {
          input: { serialNumber: 'M-31', usagePointId: 'UP-4', removedAt: '2026-11-01T00:00:00Z' },
        }),
      ],
      [
        'CONCENTRATOR_NOT_FOUND',
        ask(
          'mutation { assignMeterToConcentrator(serialNumber: "M-30", concentratorId: "NONE") { serialNumber } }',
        ),
      ],
      [
        'EXCHANGE_OF_ONE_METER',
        ask(EXCHANGE, {
          input: {
            usagePointId: 'UP-3',
            oldSerialNumber: 'M-30',
            newSerialNumber: 'M-30',
            exchangedAt: '2026-11-01T00:00:00Z',
          },
        }),
      ],
      ['BAD_USER_INPUT', install('M-31', 'UP-4', 'yesterday')],
    ];
    for (const [code, answer] of refused) expect(codes(await answer)).toEqual([code]);
    expect(await recorded()).toBe(events);
  });

  it('exchanges as a whole or not at all: with a new meter that is elsewhere, the old one stays', async () => {
    await usagePoint('UP-6');
    await usagePoint('UP-7');
    await meter('M-60');
    await meter('M-70');
    await install('M-60', 'UP-6');
    await install('M-70', 'UP-7');
    const exchange = await ask(EXCHANGE, {
      input: {
        usagePointId: 'UP-6',
        oldSerialNumber: 'M-60',
        newSerialNumber: 'M-70',
        exchangedAt: '2026-11-01T00:00:00Z',
      },
    });
    expect(codes(exchange)).toEqual(['METER_INSTALLED_ELSEWHERE']);
    expect((await ask('{ usagePoint(id: "UP-6") { meters { serialNumber } } }')).data).toEqual({
      usagePoint: { meters: [{ serialNumber: 'M-60' }] },
    });
  });

  it('lets one of two win who want the same at once: a system title, a meter, a place', async () => {
    const oneWins = async (code: string, ...answers: Promise<Answer>[]) =>
      expect((await Promise.all(answers)).flatMap(codes)).toEqual([code]);
    const systemTitle = '4D4D4D0000000080';
    await oneWins('SYSTEM_TITLE_TAKEN', meter('M-80', { systemTitle }), meter('M-81', { systemTitle }));

    await Promise.all([usagePoint('UP-8'), usagePoint('UP-9'), meter('M-82'), meter('M-83')]);
    await oneWins('METER_INSTALLED_ELSEWHERE', install('M-82', 'UP-8'), install('M-82', 'UP-9'));

    await Promise.all([usagePoint('UP-10'), meter('M-84')]);
    await oneWins('CHANNEL_ALREADY_MEASURED', install('M-83', 'UP-10'), install('M-84', 'UP-10'));
  });

  it('seals keys at once: in the clear they are in no event, no table, no fact and no answer', async () => {
    const keys = {
      encryptionKey: 'A0A1A2A3A4A5A6A7A8A9AAABACADAEAF',
      authenticationKey: 'B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF',
      password: 'open-sesame',
    };
    const answers = [
      await meter('M-90', { keys }),
      await ask(
        `mutation ($keys: MeterKeysInput!) { setMeterKeys(input: { serialNumber: "M-90", keys: $keys }) { hasKeys } }`,
        { keys },
      ),
      await ask(
        `mutation ($keys: MeterKeysInput!) { setMeterKeys(input: { serialNumber: "M-90", keys: $keys }) { hasKeys } }`,
        {
          keys: { ...keys, encryptionKey: `${keys.encryptionKey}FF` },
        },
      ),
      await ask('{ meter(serialNumber: "M-90") { serialNumber hasKeys } }'),
    ];
    expect(answers.at(-1)!.data).toEqual({ meter: { serialNumber: 'M-90', hasKeys: true } });
    await until(() => factsOf('MeterKeysSet', 'M-90').length > 0);
    const [fact] = factsOf('MeterKeysSet', 'M-90');

    const secrets = [
      Buffer.from(keys.encryptionKey, 'hex'),
      Buffer.from(keys.authenticationKey, 'hex'),
      Buffer.from(keys.password),
    ];
    const places = [...(await everyRow()), JSON.stringify(answers), Buffer.from(fact!.data).toString('hex')];
    for (const place of places.map((text) => text.toLowerCase())) {
      for (const secret of secrets) {
        expect(place).not.toContain(secret.toString('hex'));
        expect(place).not.toContain(secret.toString('latin1').toLowerCase());
        expect(place).not.toContain(secret.toString('base64').toLowerCase());
      }
    }
    const sealed = decodeEvent<MeterKeysSet>(fact!);
    const open = (seal: Uint8Array) =>
      Buffer.from(openKey(seal, 'M-90', registry.settings.KEY_ENCRYPTION_KEY));
    const { sealedEncryptionKey, sealedAuthenticationKey, sealedPassword } = sealed;
    expect([sealedEncryptionKey, sealedAuthenticationKey, sealedPassword].map(open)).toEqual(secrets);
  });

  /** Every row of every table of the service, bytes in hexadecimal. */
  async function everyRow(): Promise<string[]> {
    const { rows: tables } = await registry.pool.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'event_store', 'service_kit')`,
    );
    const dumps = await Promise.all(
      tables.map(({ name }) => registry.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
    );
    const rows = dumps.flatMap((dump) => dump.rows.map(({ row }) => row));
    expect(rows.length).toBeGreaterThan(10);
    return rows;
  }

  it('shows a customer what is his, while it is his, and nothing else', async () => {
    const kim = customer('C-KIM');
    await usagePoint('UP-KIM');
    await usagePoint('UP-LEE');
    await meter('M-OLD', { networkAddress: 'dlms-tcp://10.0.0.7:4059' });
    await meter('M-KIM', { networkAddress: 'dlms-tcp://10.0.0.8:4059' });
    await meter('M-LEE');
    await install('M-OLD', 'UP-KIM', '2026-01-01T00:00:00Z');
    await install('M-LEE', 'UP-LEE');
    await ask(REMOVE, {
      input: {
        serialNumber: 'M-OLD',
        usagePointId: 'UP-KIM',
        removedAt: '2026-02-01T00:00:00Z',
        registerReads: reads('77'),
      },
    });
    await install('M-KIM', 'UP-KIM', '2026-02-01T00:00:00Z');
    await registry.agreementStarts('C-KIM', 'UP-KIM', '2026-03-01');

    const own =
      '{ usagePoint(id: "UP-KIM") { id meters { serialNumber networkAddress } installations { meter { serialNumber } installRegisterReads { value } } } }';
    await until(async () => codes(await ask(own, {}, kim)).length === 0);
    expect((await ask(own, {}, kim)).data).toEqual({
      usagePoint: {
        id: 'UP-KIM',
        meters: [{ serialNumber: 'M-KIM', networkAddress: null }],
        installations: [{ meter: { serialNumber: 'M-KIM' }, installRegisterReads: [] }],
      },
    });
    expect(
      (await ask('{ usagePoints { nodes { id } } meters { nodes { serialNumber } } }', {}, kim)).data,
    ).toEqual({
      usagePoints: { nodes: [{ id: 'UP-KIM' }] },
      meters: { nodes: [{ serialNumber: 'M-KIM' }] },
    });
    const forbidden = [
      '{ usagePoint(id: "UP-LEE") { id } }',
      '{ usagePoint(id: "UP-NONE") { id } }',
      '{ meter(serialNumber: "M-LEE") { serialNumber } }',
      '{ meter(serialNumber: "M-OLD") { serialNumber } }',
      '{ concentrators { nodes { id } } }',
      '{ _entities(representations: [{ __typename: "UsagePoint", id: "UP-LEE" }]) { ... on UsagePoint { address } } }',
      '{ _entities(representations: [{ __typename: "Meter", serialNumber: "M-LEE" }]) { ... on Meter { manufacturer } } }',
      'mutation { registerConcentrator(input: { manufacturer: "x", networkAddress: "y" }) { id } }',
    ];
    for (const query of forbidden) expect(codes(await ask(query, {}, kim))).toEqual(['FORBIDDEN']);
    for (const query of forbidden) {
      expect(codes(await ask(query, {}, { subject: 'p', roles: ['partner'] }))).toEqual(['FORBIDDEN']);
    }
  });

  it('answers nobody without signed claims', async () => {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ usagePoints { nodes { id } } }' }),
    });
    expect(response.status).toBe(401);
    expect(codes((await response.json()) as Answer)).toEqual(['CLAIMS_MISSING']);
  });

  it('knows the meters of a concentrator', async () => {
    await ask(
      'mutation { registerConcentrator(input: { id: "DC-1", manufacturer: "Acme", networkAddress: "10.1.0.1" }) { id } }',
    );
    await meter('M-100');
    await ask(
      'mutation { assignMeterToConcentrator(serialNumber: "M-100", concentratorId: "DC-1") { serialNumber } }',
    );
    expect(
      (await ask('{ concentrator(id: "DC-1") { id meters { serialNumber concentrator { id } } } }')).data,
    ).toEqual({
      concentrator: { id: 'DC-1', meters: [{ serialNumber: 'M-100', concentrator: { id: 'DC-1' } }] },
    });
  });

  it('answers lists page by page, and unknown ids with nothing', async () => {
    const all = (await ask('{ meters(first: 500) { nodes { serialNumber } } }')).data.meters.nodes;
    const walked: unknown[] = [];
    for (let after: string | null = null; ;) {
      const { data }: Answer = await ask(
        'query ($after: String) { meters(first: 4, after: $after) { edges { cursor node { serialNumber } } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      walked.push(...data.meters.edges.map(({ node }: { node: unknown }) => node));
      after = data.meters.pageInfo.endCursor;
      if (!data.meters.pageInfo.hasNextPage) break;
    }
    expect(walked).toEqual(all);
    expect(codes(await ask('{ meters(first: 0) { nodes { serialNumber } } }'))).toEqual([
      'PAGE_SIZE_INVALID',
    ]);
    expect(
      (
        await ask(
          '{ usagePoint(id: "NONE") { id } meter(serialNumber: "NONE") { serialNumber } concentrator(id: "NONE") { id } }',
        )
      ).data,
    ).toEqual({
      usagePoint: null,
      meter: null,
      concentrator: null,
    });
  });

  it('asks the database as often for many usage points as for one', async () => {
    const queries = async (first: number) => {
      const query = jest.spyOn(registry.pool, 'query');
      try {
        const { data } = await ask(
          `query ($first: Int) { usagePoints(first: $first) { nodes { channels { unit } installations { meter { usagePoint { id } } } } } }`,
          { first },
        );
        expect(data.usagePoints.nodes).toHaveLength(first);
        const ours = /FROM (usage_point|meter|installation)\b/;
        return query.mock.calls.filter(([text]) => typeof text === 'string' && ours.test(text)).length;
      } finally {
        query.mockRestore();
      }
    };
    expect(await queries(8)).toBe(await queries(4));
  });

  it('runs as two replicas: all is applied, told and answered once, whoever does it', async () => {
    const other = await registry.startReplica();
    facts.length = 0;
    const ids = Array.from({ length: 30 }, (_, index) => `UP-R${index}`);
    const answers = await Promise.all(
      ids.map((id, index) =>
        ask(
          REGISTER_USAGE_POINT,
          { input: { id, serviceKind: 'WATER', timeZone: 'Europe/Berlin', address: 'Hof 1' } },
          operator,
          index % 2 ? other.url : registry.url,
        ),
      ),
    );
    expect(answers.flatMap(codes)).toEqual([]);
    expect(answers.map(({ data }) => data.registerUsagePoint.id)).toEqual(ids);
    const { rows } = await registry.pool.query(
      "SELECT count(*)::int AS n FROM usage_point WHERE id LIKE 'UP-R%'",
    );
    expect(rows).toEqual([{ n: 30 }]);
    await until(() => new Set(facts.map(({ id }) => id)).size === 30);
  });
});
