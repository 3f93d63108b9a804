import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import {
  eventually,
  profilePush,
  registerMeter,
  REGISTER,
  runIngestion,
  seal,
  type RunningIngestion,
  type TestMeter,
} from './running-ingestion.ts';

const LOAD_PROFILE = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $resolution: Resolution!) {
  _entities(representations: [{ __typename: "UsagePoint", id: $id }]) {
    ... on UsagePoint { loadProfile(channel: "active-energy-import", from: $from, to: $to, resolution: $resolution) {
      unit total intervals { start value quality } } }
  }
}`;

interface Profile {
  unit: string;
  total: string;
  intervals: { start: string; value: string | null; quality: string }[];
}

let service: RunningIngestion;
beforeAll(async () => {
  service = await runIngestion();
}, 60_000);
afterAll(() => service?.stop());

async function loadProfile(id: string, from: string, to: string, resolution = 'PT15M'): Promise<Profile> {
  const { data, errors } = await service.graphql<{ _entities: [{ loadProfile: Profile }] }>(LOAD_PROFILE, {
    id,
    from,
    to,
    resolution,
  });
  if (errors) throw new Error(JSON.stringify(errors));
  return data._entities[0].loadProfile;
}

async function readingsOf(usagePointId: string): Promise<number> {
  const { rows } = await service.database.query<{ count: string }>(
    'SELECT count(*) FROM reading WHERE usage_point_id = $1',
    [usagePointId],
  );
  return Number(rows[0]!.count);
}

const midnight = Date.parse('2026-11-01T00:00:00+09:00');

describe('a plain push', () => {
  const meter: TestMeter = { serialNumber: 'PLAIN1', usagePointId: 'UP-PLAIN' };
  beforeAll(() => registerMeter(service, meter));

  it('is confirmed, and then to be seen in the load profile within two seconds', async () => {
    const line = await service.meterLine();
    await line.push(profilePush('PLAIN1', midnight, [1, 2, 3, 4, 5], { invokeId: 7 }), 7);
    const confirmedAt = Date.now();
    await eventually(
      async () =>
        (await loadProfile('UP-PLAIN', '2026-11-01T00:00:00+09:00', '2026-11-01T01:15:00+09:00')).total ===
        '15',
      2000,
    );
    expect(Date.now() - confirmedAt).toBeLessThan(2000);

    const profile = await loadProfile(
      'UP-PLAIN',
      '2026-11-01T00:00:00+09:00',
      '2026-11-01T02:00:00+09:00',
      'PT1H',
    );
    expect(profile).toEqual({
      unit: 'Wh',
      total: '15',
      intervals: [
        { start: '2026-11-01T00:00:00+09:00', value: '10', quality: 'ACTUAL' },
        { start: '2026-11-01T01:00:00+09:00', value: '5', quality: 'MISSING' },
      ],
    });
    line.close();
  });
});

describe('a ciphered push', () => {
  const keys = { encryptionKey: randomBytes(16), authenticationKey: randomBytes(16) };
  const meter: TestMeter = {
    serialNumber: 'CIPH1',
    usagePointId: 'UP-CIPH',
    systemTitle: Buffer.from('MMH00001'),
    keys,
  };
  beforeAll(() => registerMeter(service, meter));

  it('sent again is confirmed again and stays one fact', async () => {
    const line = await service.meterLine();
    const apdu = seal(
      profilePush('CIPH1', midnight, [10, 20], { registers: [{ ...REGISTER, value: 1234 }] }),
      meter,
      5,
    );
    await line.push(apdu, 1);
    await line.push(apdu, 1);
    expect(line.confirmed).toEqual([1, 1]);
    await eventually(async () => (await readingsOf('UP-CIPH')) === 2);
    line.close();
  });
});
