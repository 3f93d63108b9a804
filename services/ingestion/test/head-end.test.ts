import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { encodeDataNotification, encodeWrapper, obisOctets, type CosemData } from '@metermesh/protocols';
import { InvocationCounters } from '../src/adapters/invocation-counters.table.ts';
import {
  eventually,
  midnight,
  profilePush,
  QUARTER,
  registerMeter,
  REGISTER,
  runIngestion,
  seal,
  type RunningIngestion,
  type TestMeter,
} from './running-ingestion.ts';

let service: RunningIngestion;
beforeAll(async () => {
  service = await runIngestion({ DLMS_IDLE_SECONDS: '1' });
}, 60_000);
afterAll(() => service?.stop());

const keys = () => ({ encryptionKey: randomBytes(16), authenticationKey: randomBytes(16) });
const ofDay = (time: string) => `2025-06-01T${time}:00+09:00`;

describe('a plain push', () => {
  beforeAll(() => registerMeter(service, { serialNumber: 'PLAIN1', usagePointId: 'UP-PLAIN' }));

  it('is confirmed, and then to be seen in the load profile within two seconds', async () => {
    const line = await service.meterLine();
    await line.push(profilePush('PLAIN1', midnight, [1, 2, 3, 4, 5], { invokeId: 7 }), 7);
    await eventually(
      async () => (await service.loadProfile('UP-PLAIN', ofDay('00:00'), ofDay('01:15'))).total === '15',
      2000,
    );
    expect(await service.loadProfile('UP-PLAIN', ofDay('00:00'), ofDay('02:00'), 'PT1H')).toEqual({
      unit: 'Wh',
      total: '15',
      intervals: [
        { start: '2025-06-01T00:00:00+09:00', value: '10', quality: 'ACTUAL' },
        { start: '2025-06-01T01:00:00+09:00', value: '5', quality: 'MISSING' },
      ],
    });
    line.close();
  });

  it('is not answered where it does not ask for it', async () => {
    const line = await service.meterLine();
    line.send(profilePush('PLAIN1', midnight + 20 * QUARTER, [6], { invokeId: 8, confirmed: false }));
    await line.push(profilePush('PLAIN1', midnight + 21 * QUARTER, [7], { invokeId: 9 }), 9);
    expect(line.confirmed).toEqual([9]);
    await eventually(async () => (await service.readingsOf('UP-PLAIN')) === 3);
    line.close();
  });

  it('is confirmed to a meter that closed its side once it had sent', async () => {
    const line = await service.meterLine();
    const payload = profilePush('PLAIN1', midnight + 30 * QUARTER, [8], { invokeId: 10 });
    line.socket.end(encodeWrapper({ source: 1, destination: 1, payload }));
    await eventually(() => line.closed);
    expect(line.confirmed).toEqual([10]);
  });

  it('may come in pieces, and many in one', async () => {
    const line = await service.meterLine();
    const ids = Array.from({ length: 40 }, (_, i) => 100 + i);
    const octets = Buffer.concat(
      ids.map((invokeId, i) =>
        encodeWrapper({
          source: 1,
          destination: 1,
          payload: profilePush('PLAIN1', midnight + (40 + i) * QUARTER, [i], { invokeId }),
        }),
      ),
    );
    for (let from = 0; from < octets.length; from += 701) {
      line.socket.write(octets.subarray(from, from + 701));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => line.confirmed.length === 40);
    expect([...line.confirmed].sort()).toEqual(ids);
    line.close();
  });
});

describe('a ciphered push', () => {
  const meter: TestMeter = {
    serialNumber: 'CIPH1',
    usagePointId: 'UP-CIPH',
    systemTitle: Buffer.from('MMH00001'),
    keys: keys(),
  };
  const first = () =>
    seal(profilePush('CIPH1', midnight, [10, 20], { registers: [{ ...REGISTER, value: 1234 }] }), meter, 5);
  beforeAll(() => registerMeter(service, meter));

  it('sent again is confirmed again and stays one fact', async () => {
    const line = await service.meterLine();
    const apdu = first();
    await line.push(apdu, 1);
    await line.push(apdu, 1);
    await eventually(async () => (await service.readingsOf('UP-CIPH')) === 2);
    expect(await service.eventsOf('CIPH1')).toBe(2);
    line.close();
  });

  it('sent again under a new counter, as after a lost answer, is the same fact too', async () => {
    const line = await service.meterLine();
    const plain = profilePush('CIPH1', midnight, [10, 20], {
      invokeId: 2,
      registers: [{ ...REGISTER, value: 1234 }],
    });
    await line.push(seal(plain, meter, 6), 2);
    expect(await service.eventsOf('CIPH1')).toBe(2);
    line.close();
  });

  it('under a counter used before, with something new in it, is refused and kept', async () => {
    const line = await service.meterLine();
    line.send(seal(profilePush('CIPH1', midnight + 4 * QUARTER, [99], { invokeId: 3 }), meter, 6));
    await service.quarantined('INVOCATION_COUNTER_REPLAYED', '4D4D483030303031');
    expect([line.confirmed, await service.eventsOf('CIPH1')]).toEqual([[], 2]);
    line.close();
  });

  it('is confirmed only after its commit: cut off before, it is sent again and is one fact', async () => {
    const apdu = seal(profilePush('CIPH1', midnight + 8 * QUARTER, [5], { invokeId: 4 }), meter, 7);
    await service.whileCommitsWait(async () => {
      const cut = await service.meterLine();
      cut.send(apdu);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(cut.confirmed).toEqual([]);
      cut.close();
    });

    const line = await service.meterLine();
    await line.push(apdu, 4);
    expect(await service.eventsOf('CIPH1')).toBe(3);
    line.close();
  });

  it('whose commit fails is not confirmed, and loses its connection so that the meter sends it again', async () => {
    const apdu = seal(profilePush('CIPH1', midnight + 9 * QUARTER, [6], { invokeId: 5 }), meter, 8);
    await service.whileCommitsWait(async () => {
      const failed = await service.meterLine();
      failed.send(apdu);
      await eventually(async () => {
        const { rowCount } = await service.database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE wait_event_type = 'Lock' AND query LIKE '%invocation_counter%'`,
        );
        return rowCount === 1;
      });
      await eventually(() => failed.closed);
      expect(failed.confirmed).toEqual([]);
    });

    const line = await service.meterLine();
    await line.push(apdu, 5);
    expect(await service.eventsOf('CIPH1')).toBe(4);
    line.close();
  });

  it('that was refused for its counter is recorded where an operator finds it genuine', async () => {
    const { id } = await service.quarantined('INVOCATION_COUNTER_REPLAYED', '4D4D483030303031');
    const replay = `mutation { replayQuarantinedFrames(ids: ["${id}"]) { error frame { status } } }`;
    const { data } = await service.graphql(replay);
    expect(data).toEqual({ replayQuarantinedFrames: [{ error: null, frame: { status: 'REPLAYED' } }] });
    expect(await service.eventsOf('CIPH1')).toBe(5);
  });
});

describe('invocation counters', () => {
  const transaction = async () => {
    const client = await service.database.connect();
    await client.query('BEGIN');
    return {
      client,
      async commit() {
        await client.query('COMMIT');
        client.release();
      },
    };
  };

  it("are one for all replicas, from a meter's very first frame on", async () => {
    const key = { serialNumber: 'FIRST1', keyVersion: '1' };
    const [here, there] = [await transaction(), await transaction()];
    const counters = await InvocationCounters.lock(here.client, [key]);
    expect(counters.advance(key, 10)).toBe(true);
    const elsewhere = InvocationCounters.lock(there.client, [key]);
    await counters.save(here.client);
    await here.commit();
    expect((await elsewhere).advance(key, 9)).toBe(false);
    await there.commit();
  });

  it('begin anew under a new key, also where a frame under the old one is counted last', async () => {
    const key = (keyVersion: string) => ({ serialNumber: 'REKEYED1', keyVersion });
    const late = await transaction();
    const old = await InvocationCounters.lock(late.client, [key('1')]);
    expect(old.advance(key('1'), 1_000_000)).toBe(true);
    await old.save(late.client);
    const counters = await InvocationCounters.lock(late.client, [key('2')]);
    expect(counters.advance(key('2'), 0)).toBe(true);
    await late.commit();
  });
});

describe('bad input at the head-end', () => {
  const guarded: TestMeter = {
    serialNumber: 'GUARD1',
    usagePointId: 'UP-GUARD',
    systemTitle: Buffer.from('MMH00002'),
    keys: keys(),
  };
  const half: TestMeter = {
    serialNumber: 'HALF1',
    usagePointId: 'UP-HALF',
    systemTitle: Buffer.from('MMH00004'),
    keys: { encryptionKey: randomBytes(16) },
  };
  const plain = (serialNumber: string) => profilePush(serialNumber, midnight, [1]);
  /** In general-glo-ciphering, but "authenticated" only, with a tag that nobody can check without a key for it. */
  const disguised = (apdu: Uint8Array, { systemTitle }: TestMeter) => {
    const content = Buffer.concat([Uint8Array.of(0x10, 0, 0, 0, 9), apdu, new Uint8Array(12)]);
    const length = Uint8Array.of(0x82, content.length >> 8, content.length & 0xff);
    return Buffer.concat([Uint8Array.of(0xdb, 8), systemTitle!, length, content]);
  };
  const named = (name: CosemData) =>
    encodeDataNotification({
      invokeId: { id: 5, confirmed: true, highPriority: false },
      body: {
        type: 'structure',
        value: [{ type: 'octet-string', value: obisOctets('0.0.96.1.0.255') }, name],
      },
    });
  beforeAll(async () => {
    await registerMeter(service, guarded);
    await registerMeter(service, half);
    await registerMeter(service, {
      serialNumber: 'GONE1',
      usagePointId: 'UP-GONE',
      removedAt: new Date('2025-01-01'),
    });
    await registerMeter(service, {
      serialNumber: 'KEYLESS1',
      usagePointId: 'UP-KEYLESS',
      systemTitle: Buffer.from('MMH00003'),
    });
    await registerMeter(service, { serialNumber: 'FINE1', usagePointId: 'UP-FINE' });
  });

  const tomorrow = Math.ceil((Date.now() + 86_400_000) / QUARTER) * QUARTER;
  const tampered = (apdu: Uint8Array) => apdu.with(apdu.length - 20, apdu.at(-20)! ^ 1);
  it.each<[code: string, what: string, apdu: () => Uint8Array, device: string | null]>([
    ['UNKNOWN_METER', 'a meter that nobody registered', () => plain('STRANGER'), 'STRANGER'],
    ['METER_NOT_INSTALLED', 'a reading after the meter was removed', () => plain('GONE1'), 'GONE1'],
    ['READING_IN_FUTURE', 'a reading of tomorrow', () => profilePush('FINE1', tomorrow, [1]), 'FINE1'],
    ['DLMS_APDU_UNSUPPORTED', 'no notification', () => Uint8Array.of(0x60, 1, 2, 3), null],
    ['FRAME_TRUNCATED', 'a notification that breaks off', () => plain('FINE1').subarray(0, 60), null],
    [
      'DLMS_UNKNOWN_TAG',
      'a notification with nonsense in it',
      () => Uint8Array.of(15, 0, 0, 0, 1, 0, 0x77),
      null,
    ],
    [
      'DEVICE_NOT_NAMED',
      'a push that does not say of whom',
      () => Uint8Array.of(15, 0, 0, 0, 1, 0, 17, 5),
      null,
    ],
    [
      'UNKNOWN_CHANNEL',
      'a channel that is not registered',
      () =>
        profilePush('FINE1', midnight, [1], {
          channels: [{ obis: '1.0.2.29.0.255', scaler: 0, unitCode: 30 }],
        }),
      'FINE1',
    ],
    ['DLMS_CIPHERING_REQUIRED', 'a plain frame of a meter with keys', () => plain('GUARD1'), 'GUARD1'],
    [
      'DLMS_CIPHERING_REQUIRED',
      'a frame in clear text that only looks ciphered',
      () => disguised(plain('HALF1'), half),
      '4D4D483030303034',
    ],
    [
      'DEVICE_NOT_NAMED',
      'a name with zeros in it, which databases cannot hold as text',
      () => named({ type: 'visible-string', value: 'FINE\0' }),
      null,
    ],
    [
      'DEVICE_NOT_NAMED',
      'a name longer than any meter has',
      () => named({ type: 'octet-string', value: Buffer.from(randomBytes(5000).toString('base64')) }),
      null,
    ],
    [
      'DLMS_DECRYPTION_FAILED',
      'the wrong key',
      () => seal(plain('GUARD1'), { ...guarded, keys: keys() }, 1),
      '4D4D483030303032',
    ],
    [
      'DLMS_DECRYPTION_FAILED',
      'a frame changed on the way',
      () => tampered(seal(plain('GUARD1'), guarded, 1)),
      '4D4D483030303032',
    ],
    [
      'DLMS_NOT_AUTHENTICATED',
      'a frame that is only encrypted',
      () => seal(plain('GUARD1'), { ...guarded, keys: { encryptionKey: guarded.keys!.encryptionKey } }, 1),
      '4D4D483030303032',
    ],
    [
      'DLMS_KEY_MISSING',
      'a ciphered frame of a meter without keys',
      () => seal(plain('KEYLESS1'), { ...guarded, systemTitle: Buffer.from('MMH00003') }, 1),
      '4D4D483030303033',
    ],
  ])('%s: %s is kept, not confirmed, and leaves the rest untouched', async (code, _what, apdu, device) => {
    const line = await service.meterLine();
    const payload = apdu();
    line.send(payload);
    const frame = await service.quarantined(code, device, payload);
    expect(frame).toMatchObject({ code, device, status: 'WAITING', source: 'dlms-push' });
    expect(frame.message.length).toBeGreaterThan(20);

    const start = midnight + (1 + Math.floor(Math.random() * 10_000)) * QUARTER;
    await line.push(profilePush('FINE1', start, [1], { invokeId: 77 }), 77);
    expect(line.confirmed).toEqual([77]);
    line.close();
  });

  it('a frame that ends with its connection is kept', async () => {
    const line = await service.meterLine();
    const begun = encodeWrapper({ source: 1, destination: 1, payload: plain('FINE1') }).subarray(0, 50);
    line.socket.end(begun);
    expect(await service.quarantined('FRAME_TRUNCATED', null, begun)).toMatchObject({
      source: 'dlms-fragment',
    });
  });

  it('what is no wrapper frame is kept, and the connection closed', async () => {
    const line = await service.meterLine();
    line.socket.write('GET / HTTP/1.1\r\n\r\n');
    await service.quarantined('DLMS_WRAPPER_VERSION', null);
    await eventually(() => line.closed);
  });

  it('a frame that comes in drops is not waited for without end', async () => {
    const line = await service.meterLine();
    const octets = encodeWrapper({
      source: 1,
      destination: 1,
      payload: profilePush('DROPS', midnight, [1], { invokeId: 0xd309 }),
    });
    const sent = octets.subarray(0, 100);
    for (let at = 0; at < sent.length && !line.closed; at++) {
      line.socket.write(sent.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(line.closed).toBe(true);
    const { rows } = await service.database.query(
      `SELECT message FROM quarantined_frame WHERE code = 'FRAME_TRUNCATED' AND payload = substr($1::bytea, 1, length(payload))`,
      [sent],
    );
    expect(rows).toHaveLength(1);
  });

  it('a connection that says nothing is closed', async () => {
    const line = await service.meterLine();
    await eventually(() => line.closed, 5000);
  });

  it('the same bad frame again is one entry that counts', async () => {
    const line = await service.meterLine();
    const apdu = plain('AGAIN');
    for (let i = 0; i < 3; i++) line.send(apdu);
    await eventually(async () => (await service.quarantined('UNKNOWN_METER', 'AGAIN')).attempts === 3);
    line.close();
  });
});

describe('metrics', () => {
  it('count frames by what became of them', async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/metermesh_frames_recorded_total\{.*outcome="recorded".*\} [1-9]/);
    expect(text).toMatch(/metermesh_frames_recorded_total\{.*outcome="repeated".*\} [1-9]/);
    expect(text).toMatch(/metermesh_frames_quarantined_total\{.*code="DLMS_DECRYPTION_FAILED".*\} 2/);
    expect(text).toContain('metermesh_frame_acknowledgement_seconds_bucket');
  });
});
