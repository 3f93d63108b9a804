import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Quarantine } from '../src/adapters/quarantine.table.ts';
import { dlmsSubmission } from '../src/head-end/dlms-submission.ts';
import { RecordReadings } from '../src/record-readings.ts';
import type { Submission } from '../src/submission.ts';
import {
  eventually,
  IMPORT,
  midnight,
  profilePush,
  QUARTER,
  registerMeter,
  runIngestion,
  type RunningIngestion,
} from './running-ingestion.ts';

let service: RunningIngestion;
beforeAll(async () => {
  service = await runIngestion({ QUARANTINE_MAX_MEGABYTES: '1' });
}, 60_000);
afterAll(() => service?.stop());

const ofDay = (time: string, day = 1) => `2025-06-0${day}T${time}:00+09:00`;
const push = async (apdu: Uint8Array) => {
  const line = await service.meterLine();
  await line.push(apdu, 1);
  line.close();
};

describe('quarantine', () => {
  const LIST = `query ($code: String) { quarantine(code: $code, first: 10) { nodes { id code device payload attempts status } pageInfo { hasNextPage } } }`;
  const REPLAY = `mutation ($ids: [ID!]!) { replayQuarantinedFrames(ids: $ids) { error frame { status attempts } } }`;
  const DISCARD = `mutation ($id: ID!, $reason: String!) { discardQuarantinedFrame(id: $id, reason: $reason) { status } }`;
  type Listed = { quarantine: { nodes: { id: string; device: string; payload: string; status: string }[] } };

  it('releases by itself what waited for its meter, as soon as the registry tells of it', async () => {
    const line = await service.meterLine();
    line.send(profilePush('LATE1', midnight, [3, 4]));
    await service.quarantined('UNKNOWN_METER', 'LATE1');
    await registerMeter(service, { serialNumber: 'LATE1', usagePointId: 'UP-LATE' });
    await eventually(async () => (await service.eventsOf('LATE1')) === 1);
    await eventually(
      async () => (await service.loadProfile('UP-LATE', ofDay('00:00'), ofDay('00:30'))).total === '7',
    );
    const { data } = await service.graphql<Listed>(LIST);
    expect(data.quarantine.nodes.find(({ device }) => device === 'LATE1')).toMatchObject({
      status: 'REPLAYED',
    });
    line.close();
  });

  it('releases all that waited, however much that is', async () => {
    const frames = Array.from({ length: 600 }, (_, i) => profilePush('MANY1', midnight + i * QUARTER, [1]));
    const line = await service.meterLine();
    for (const frame of frames) line.send(frame);
    const waiting = `SELECT count(*)::integer AS count FROM quarantined_frame WHERE device = 'MANY1' AND status = 'WAITING'`;
    const left = async () => (await service.database.query(waiting)).rows[0].count as number;
    await eventually(async () => (await left()) === 600, 30_000);
    await registerMeter(service, { serialNumber: 'MANY1', usagePointId: 'UP-MANY' });
    await eventually(async () => (await left()) === 0, 30_000);
    line.close();
  }, 90_000);

  it('releases what was put there just while the registry told of its meter', async () => {
    const quarantine = service.app.get(Quarantine);
    const { keep, waiting } = quarantine;
    let looked = 0;
    quarantine.waiting = async (names, ...rest) => {
      const rows = await waiting.call(quarantine, names, ...rest);
      if (names.includes('RACE1')) looked += 1;
      return rows;
    };
    quarantine.keep = async (refused) => {
      if (refused.length === 0) return true;
      quarantine.keep = keep;
      await registerMeter(service, { serialNumber: 'RACE1', usagePointId: 'UP-RACE' });
      await eventually(() => looked >= 2);
      return keep.call(quarantine, refused);
    };
    const line = await service.meterLine();
    line.send(profilePush('RACE1', midnight, [1]));
    await eventually(async () => (await service.quarantined('UNKNOWN_METER', 'RACE1')).status === 'REPLAYED');
    expect(await service.eventsOf('RACE1')).toBe(1);
    quarantine.waiting = waiting;
    line.close();
  });

  it('is replayed by an operator, who learns what is still wrong', async () => {
    const line = await service.meterLine();
    const apdu = profilePush('REPLAY1', midnight, [5]);
    line.send(apdu);
    const { id } = await service.quarantined('UNKNOWN_METER', 'REPLAY1');
    const { data: listed } = await service.graphql<Listed>(LIST, { code: 'UNKNOWN_METER' });
    expect(listed.quarantine.nodes[0]).toMatchObject({ id, payload: Buffer.from(apdu).toString('hex') });

    const replay = () =>
      service.graphql<{ replayQuarantinedFrames: { error: string | null; frame: object }[] }>(REPLAY, {
        ids: [id],
      });
    const { data: early } = await replay();
    expect(early.replayQuarantinedFrames).toEqual([
      { error: expect.stringMatching(/^UNKNOWN_METER: /), frame: { status: 'WAITING', attempts: 2 } },
    ]);
    await service.database.query(`INSERT INTO usage_point VALUES ('UP-REPLAY', 'ELECTRICITY', 'Asia/Seoul')`);
    await service.database.query(
      `INSERT INTO meter_movement VALUES ('REPLAY1', 'UP-REPLAY', '2024-01-01', 'installed')`,
    );
    await service.database.query(
      `INSERT INTO meter VALUES ('REPLAY1', NULL, '1', NULL, '[{"readingType":"active-energy-import","obis":"1.0.1.29.0.255","intervalSeconds":900}]')`,
    );
    const { data: late } = await replay();
    expect(late.replayQuarantinedFrames).toEqual([
      { error: null, frame: { status: 'REPLAYED', attempts: 3 } },
    ]);
    expect(await service.eventsOf('REPLAY1')).toBe(1);
    const { data: again } = await replay();
    expect(again.replayQuarantinedFrames[0]!.error).toMatch(/^NOT_WAITING: /);
    line.close();
  });

  it('keeps what reading unexpectedly fails at, and records what came with it', async () => {
    await registerMeter(service, { serialNumber: 'ODD1', usagePointId: 'UP-ODD' });
    const records = service.app.get(RecordReadings);
    const good = dlmsSubmission(profilePush('ODD1', midnight, [1]), Date.now());
    const odd: Submission = {
      ...good,
      payload: Buffer.from('odd'),
      open: () => {
        throw new Error('no code foresaw this');
      },
    };
    const [failed, recorded] = await Promise.all([records.record(odd), records.record(good)]);
    expect([failed, recorded]).toMatchObject([{ code: 'INTERNAL' }, { status: 'recorded' }]);
    await service.quarantined('INTERNAL', 'ODD1', odd.payload);
  });

  it('lists the latest first, page by page', async () => {
    const devices = Array.from({ length: 12 }, (_, number) => `PAGED${number}`);
    const line = await service.meterLine();
    for (const device of devices) {
      line.send(profilePush(device, midnight, [1]));
      await service.quarantined('UNKNOWN_METER', device);
    }
    line.close();
    const PAGE = `query ($after: String) { quarantine(first: 5, after: $after) { nodes { device } pageInfo { endCursor } } }`;
    type Page = { quarantine: { nodes: { device: string }[]; pageInfo: { endCursor: string } } };
    const listed: string[] = [];
    for (let after: string | undefined; listed.length < devices.length;) {
      const { quarantine } = (await service.graphql<Page>(PAGE, { after })).data;
      listed.push(...quarantine.nodes.map(({ device }) => device));
      after = quarantine.pageInfo.endCursor;
    }
    expect(listed.slice(0, devices.length)).toEqual(devices.toReversed());
  });

  it('keeps what is discarded, with who and why', async () => {
    const line = await service.meterLine();
    line.send(profilePush('JUNK1', midnight, [5]));
    const { id } = await service.quarantined('UNKNOWN_METER', 'JUNK1');
    const { data } = await service.graphql(DISCARD, { id, reason: 'a test device' });
    expect(data).toEqual({ discardQuarantinedFrame: { status: 'DISCARDED' } });
    const { rows } = await service.database.query(
      'SELECT decided_by, decision_reason FROM quarantined_frame WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ decided_by: 'op-1', decision_reason: 'a test device' }]);
    line.close();
  });

  it.each([
    ['REASON_MISSING', DISCARD, { id: 'x', reason: ' ' }],
    ['QUARANTINED_FRAME_NOT_FOUND', DISCARD, { id: 'x', reason: 'y' }],
    ['QUARANTINED_FRAME_NOT_FOUND', REPLAY, { ids: ['x'] }],
    ['TOO_MANY_FRAMES', REPLAY, { ids: new Array(501).fill('x') }],
    ['DEAD_LETTER_NOT_FOUND', 'mutation ($id: ID!) { replayDeadLetter(id: $id) { id } }', { id: '4711' }],
    ['DEAD_LETTER_NOT_FOUND', 'mutation ($id: ID!) { discardDeadLetter(id: $id) { id } }', { id: 'x' }],
  ])('answers %s', async (code, query, variables) => {
    const { errors } = await service.graphql(query, variables);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  it('is for operators only', async () => {
    const asCustomer = { roles: ['customer' as const], customerId: 'C1' };
    for (const [query, variables] of [
      [LIST, {}],
      [REPLAY, { ids: [] }],
      [DISCARD, { id: 'x', reason: 'y' }],
    ] as const) {
      const { errors } = await service.graphql(query, variables, asCustomer);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});

describe('facts of the registry', () => {
  it('put a meter at one place at a time, even where its removal is told after its next installation', async () => {
    const meter = { serialNumber: 'ROAMER1' };
    await registerMeter(service, { ...meter, usagePointId: 'UP-OLD' });
    await registerMeter(service, {
      ...meter,
      usagePointId: 'UP-NEW',
      installedAt: new Date('2025-05-31T15:00:00Z'),
    });
    await eventually(async () => {
      const { rows } = await service.database.query(
        `SELECT FROM installation WHERE serial_number = 'ROAMER1'`,
      );
      return rows.length === 2;
    });
    await push(profilePush('ROAMER1', midnight, [1, 2]));
    await eventually(async () => (await service.readingsOf('UP-NEW')) === 1);
    expect(await service.readingsOf('UP-OLD')).toBe(0);
  });

  it('say the same in any order, and a removal ends what it ended', async () => {
    const { rows } = await service.database.query(
      `SELECT removed_at FROM installation WHERE serial_number = 'LATE1'`,
    );
    expect(rows).toEqual([{ removed_at: null }]);
    await registerMeter(service, {
      serialNumber: 'MOVED1',
      usagePointId: 'UP-MOVED',
      removedAt: new Date('2025-05-31T15:30:00Z'),
    });
    await push(profilePush('MOVED1', midnight, [1, 2, 3]));
    await eventually(
      async () => (await service.loadProfile('UP-MOVED', ofDay('00:00'), ofDay('01:00'))).total === '3',
    );
    await service.quarantined('METER_NOT_INSTALLED', 'MOVED1');
  });
});

describe('a full quarantine', () => {
  it('keeps no more and confirms nothing that it cannot keep, while good frames pass', async () => {
    await registerMeter(service, { serialNumber: 'GOOD1', usagePointId: 'UP-GOOD' });
    const line = await service.meterLine();
    for (let i = 0; i < 30; i++) line.send(randomBytes(60_000));
    const partly = profilePush('GOOD1', midnight, [1], {
      invokeId: 2,
      channels: [IMPORT, { ...IMPORT, obis: '1.0.99.29.0.255' }],
      rows: [{ start: midnight, values: [1, 1] }],
    });
    // Those that came together are kept together; what comes after them finds no room.
    await eventually(async () => {
      line.send(randomBytes(100));
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      return /metermesh_frames_turned_away_total\{.*source="dlms-push".*\} [1-9]/.test(metrics);
    });
    line.send(partly);
    await line.push(profilePush('GOOD1', midnight + QUARTER, [5], { invokeId: 3 }), 3);
    await eventually(async () => (await service.eventsOf('GOOD1')) === 2);
    expect(line.confirmed).toEqual([3]);
    const { rows } = await service.database.query(
      `SELECT sum(length(payload))::integer AS octets FROM quarantined_frame WHERE status = 'WAITING'`,
    );
    expect(rows[0].octets).toBeLessThan(2_200_000);
    line.close();
  });
});
