import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { MeterKeysSetSchema } from '@metermesh/contracts';
import { sealKey } from '@metermesh/service-kit';
import { DlmsMeter } from '../tools/simulator/dlms-meter.ts';
import { householdElectricity } from '../tools/simulator/household-load.ts';
import { SimulatedMeterServer } from '../tools/simulator/meter-server.ts';
import { MeteredSupply } from '../tools/simulator/metered-supply.ts';
import { seoul } from '../tools/simulator/weather.ts';
import { claimPolls } from '../services/ingestion/src/adapters/meter-polls.table.ts';
import {
  eventually,
  KEY_ENCRYPTION_KEY,
  QUARTER,
  registerMeter,
  runIngestion,
  type RunningIngestion,
} from '../services/ingestion/test/running-ingestion.ts';

const DAY = 86_400_000;
const SERIALS = Array.from({ length: 14 }, (_, index) => `READ${index + 1}`);

describe('a meter that is called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meters-'));
  const today = Date.now() - (Date.now() % DAY);
  const from = today - 3 * DAY;
  const to = today - 2 * DAY;
  let service: RunningIngestion;
  let simulated: SimulatedMeterServer;
  const meters = new Map<string, DlmsMeter>();
  const passwords = 'open-sesame';
  let next = 0;
  let serialNumber: string;

  beforeAll(async () => {
    for (const serial of SERIALS) {
      const supply = new MeteredSupply({
        seed: serial,
        shape: householdElectricity(1),
        surroundings: { climate: seoul, utcOffsetSeconds: 32_400 },
        intervalSeconds: 900,
        installedAt: today - 20 * DAY,
        initialRegister: 5_000_000_000,
      });
      meters.set(
        serial,
        new DlmsMeter({
          serialNumber: serial,
          readingType: 'active-energy-import',
          systemTitle: Buffer.from(`MMR${serial.slice(4).padStart(5, '0')}`),
          encryptionKey: randomBytes(16),
          authenticationKey: randomBytes(16),
          supply,
        }),
      );
    }
    const devices = [...meters.values()].map((meter) => ({ meter, password: Buffer.from(passwords) }));
    simulated = await SimulatedMeterServer.listen('127.0.0.1', 0, devices, join(folder, 'switches.json'));
    service = await runIngestion({ DLMS_ANSWER_SECONDS: '1', METER_POLL_SECONDS: '0.2' });
  }, 60_000);
  afterAll(async () => {
    await service?.stop();
    await simulated?.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    serialNumber = SERIALS[next++]!;
  });

  const register = async (
    networkAddress: string,
    secrets: { password?: string; wrongKey?: boolean } = {},
  ) => {
    const { systemTitle, encryptionKey, authenticationKey } = meters.get(serialNumber)!.settings;
    const seal = (key: Uint8Array) => sealKey(key, serialNumber, Buffer.from(KEY_ENCRYPTION_KEY, 'hex'));
    const keys = {
      serialNumber,
      sealedEncryptionKey: seal(secrets.wrongKey ? randomBytes(16) : encryptionKey),
      sealedAuthenticationKey: seal(authenticationKey),
      sealedPassword: seal(Buffer.from(secrets.password ?? passwords)),
    };
    await service.tell('device-registry', serialNumber, create(MeterKeysSetSchema, keys));
    await registerMeter(service, {
      serialNumber,
      usagePointId: `UP-${serialNumber}`,
      systemTitle,
      installedAt: new Date(today - 20 * DAY),
      registered: { networkAddress },
    });
    await eventually(async () => {
      const { rowCount } = await service.database.query('SELECT 1 FROM meter_key WHERE serial_number = $1', [
        serialNumber,
      ]);
      return rowCount === 1;
    });
  };
  const read = async (range = { from, to }, who: object = {}) => {
    const { data, errors } = await service.graphql<{ readMeter: Readout }>(
      `mutation ($serialNumber: String!, $from: DateTime!, $to: DateTime!) {
        readMeter(serialNumber: $serialNumber, from: $from, to: $to) {
          readingIds isRepeat eventCount leftAside { code } meter { serialNumber } } }`,
      { serialNumber, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() },
      who,
    );
    return errors ? errors[0]!.extensions.code : data.readMeter;
  };
  interface Readout {
    readingIds: string[];
    isRepeat: boolean;
    eventCount: number;
    leftAside: { code: string }[];
  }
  const profile = () =>
    service.loadProfile(`UP-${serialNumber}`, new Date(from).toISOString(), new Date(to).toISOString());

  it.each([
    ['with a password, in the wrapper', 'wrapper', 'security=low'],
    ['with HLS-GMAC, all ciphered, in the wrapper', 'wrapper', 'security=high-gmac'],
    ['with a password, in HDLC', 'hdlc', ''],
    ['with HLS-GMAC, in HDLC', 'hdlc', 'security=high-gmac'],
  ] as const)('%s, tells its profile in blocks, its registers and its clock', async (_how, framing, more) => {
    const { supply } = meters.get(serialNumber)!;
    await register(simulated.addressOf(serialNumber, framing, more));
    simulated.memoryOf(serialNumber).clockAhead = 20_000;
    const readout = (await read()) as Readout;
    expect(readout).toMatchObject({ isRepeat: false, eventCount: 0, leftAside: [] });
    expect(readout.readingIds.length).toBeGreaterThanOrEqual(2);
    await eventually(async () => Number((await profile()).total) === supply.useBetween(from, to));
    const { intervals } = await profile();
    expect(intervals.map(({ value }) => Number(value))).toEqual(
      [...supply.intervalStarts(from, to)].map((start) => supply.use(start)),
    );
    let skew = Number.NaN;
    await eventually(async () => {
      const { rows } = await service.database.query<{ skew_ms: string }>(
        'SELECT skew_ms FROM meter_clock WHERE serial_number = $1',
        [serialNumber],
      );
      skew = Number(rows[0]?.skew_ms);
      return rows.length === 1;
    });
    expect(skew).toBeGreaterThan(15_000);
    expect(skew).toBeLessThanOrEqual(20_000);
  });

  it('is never spoken to twice under the same invocation counter', async () => {
    await register(simulated.addressOf(serialNumber, 'wrapper', 'security=high-gmac'));
    const counters: number[] = [];
    for (let i = 0; i < 3; i++) {
      await read();
      const { rows } = await service.database.query<{ next: string }>(
        'SELECT next FROM client_invocation WHERE serial_number = $1',
        [serialNumber],
      );
      counters.push(Number(rows[0]!.next));
    }
    expect(counters).toEqual([16_385, 32_769, 49_153]);
  });

  it('tells what its event log has of the time, and whose clock is set on request only', async () => {
    await register(simulated.addressOf(serialNumber, 'wrapper', 'security=high-gmac'));
    const memory = simulated.memoryOf(serialNumber);
    memory.clockAhead = -90_000;
    memory.events.push({ at: from - QUARTER, code: 1 }, { at: from + QUARTER, code: 40 });
    await read();
    expect(memory.clockAhead).toBe(-90_000);
    const events = async () => {
      const { rows } = await service.database.query<{ code: string }>(
        'SELECT code FROM device_event WHERE serial_number = $1 ORDER BY code::int',
        [serialNumber],
      );
      return rows.map(({ code }) => code);
    };
    await eventually(async () => (await events()).length === 1);
    expect(await events()).toEqual(['40']);

    const set = await service.graphql<{ setMeterClock: { wasAheadSeconds: number } }>(
      `mutation { setMeterClock(serialNumber: "${serialNumber}", reason: "90 s slow") { wasAheadSeconds } }`,
    );
    expect(Math.round(set.data.setMeterClock.wasAheadSeconds / 10)).toBe(-9);
    expect(Math.abs(memory.clockAhead)).toBeLessThan(2000);
    expect(await read({ from, to: Date.now() })).toMatchObject({ eventCount: 3 });
  });

  it('read again says the same, which is nothing new', async () => {
    await register(simulated.addressOf(serialNumber));
    await read();
    await eventually(async () => (await profile()).total !== '0');
    const before = (await profile()).total;
    await read();
    expect((await profile()).total).toBe(before);
  });

  it.each<[code: string, what: string, address: () => string, secrets: Parameters<typeof register>[1]]>([
    ['ASSOCIATION_REFUSED', 'wrong password', () => simulated.addressOf(serialNumber), { password: 'wrong' }],
    [
      'ASSOCIATION_REFUSED',
      'wrong key',
      () => simulated.addressOf(serialNumber, 'wrapper', 'security=high-gmac'),
      { wrongKey: true },
    ],
    ['METER_UNREACHABLE', 'nobody there', () => 'dlms-tcp://127.0.0.1:1', {}],
    ['ANOTHER_METER_ANSWERS', 'address of another meter', () => simulated.addressOf('READ2'), {}],
  ])('%s: %s', async (code, _what, address, secrets) => {
    await register(address(), secrets);
    expect(await read()).toBe(code);
    expect(await service.readingsOf(`UP-${serialNumber}`)).toBe(0);
  });

  it('is looked after where its address asks for it: what has not come is read, once', async () => {
    await register(simulated.addressOf(serialNumber, 'wrapper', 'security=high-gmac&poll=PT1H'));
    const { supply } = meters.get(serialNumber)!;
    const lookedBack = [today - 6 * DAY, today - DAY] as const;
    await eventually(async () => {
      const [from, to] = lookedBack.map((instant) => new Date(instant).toISOString());
      const { total } = await service.loadProfile(`UP-${serialNumber}`, from!, to!, 'PT1H');
      return Number(total) === supply.useBetween(...lookedBack);
    });
    const poll = async () => {
      const { rows } = await service.database.query<{ failures: number; code: string | null; due: number }>(
        'SELECT failures, code, extract(epoch FROM due_at - now())::float AS due FROM meter_poll WHERE serial_number = $1',
        [serialNumber],
      );
      return rows[0]!;
    };
    await eventually(async () => (await poll()).due > 3000);
    expect(await poll()).toMatchObject({ failures: 0, code: null });
    const readings = await service.readingsOf(`UP-${serialNumber}`);
    await service.database.query('UPDATE meter_poll SET due_at = now() WHERE serial_number = $1', [
      serialNumber,
    ]);
    await eventually(async () => (await poll()).due > 3000);
    expect(await service.readingsOf(`UP-${serialNumber}`)).toBe(readings);
  });

  it('is looked after by one replica at a time', async () => {
    serialNumber = SERIALS[--next - 1]!;
    const here = await service.database.connect();
    const claim = async (client: Parameters<typeof claimPolls>[0]) =>
      (await claimPolls(client, 100, 600)).map((claimed) => claimed.serialNumber);
    // The service itself looks, too, and may have it first.
    await eventually(async () => {
      await service.database.query('UPDATE meter_poll SET due_at = now() WHERE serial_number = $1', [
        serialNumber,
      ]);
      await here.query('BEGIN');
      if ((await claim(here)).includes(serialNumber)) return true;
      await here.query('ROLLBACK');
      return false;
    });
    const there = claim(service.database);
    await here.query('COMMIT');
    here.release();
    expect(await there).toEqual([]);
  });

  it('that is looked after and does not answer is left alone, longer each time', async () => {
    await register('dlms-tcp://127.0.0.1:1?poll=PT10M');
    const due = async () => {
      const { rows } = await service.database.query<{ due: number; code: string; failures: number }>(
        'SELECT extract(epoch FROM due_at - now())::float AS due, code, failures FROM meter_poll WHERE serial_number = $1',
        [serialNumber],
      );
      return rows[0]!;
    };
    for (const [failures, pause] of [
      [1, 600],
      [2, 1200],
      [3, 2400],
    ] as const) {
      await eventually(async () => (await due())?.failures === failures);
      expect(await due()).toMatchObject({ code: 'METER_UNREACHABLE' });
      expect(Math.round((await due()).due / 60)).toBe(pause / 60);
      await service.database.query('UPDATE meter_poll SET due_at = now() WHERE serial_number = $1', [
        serialNumber,
      ]);
    }
  });

  it('is called by operators only, and for a time that is one', async () => {
    serialNumber = 'READ1';
    expect(await read({ from, to }, { roles: ['customer'], customerId: 'C' })).toBe('FORBIDDEN');
    expect(await read({ from: to, to: from })).toBe('READ_RANGE_INVALID');
    expect(await read({ from: to - 101 * DAY, to })).toBe('READ_RANGE_INVALID');
    serialNumber = 'NOBODY';
    expect(await read()).toBe('UNKNOWN_METER');
  });
});
