import { describe, expect, it } from '@jest/globals';
import { isDecodeError, type DecodeError } from '../decode-error.ts';
import { encryptGeneralGlo } from './sealing.ts';
import { encodeLoadProfilePush, type LoadProfilePush } from './load-profile-push.ts';
import { decodePush } from './push.ts';

const midnight = Date.parse('2026-06-30T15:00:00Z'); // 1 July in Korea
const quarter = 900_000;
const push: LoadProfilePush = {
  serialNumber: 'MM00000042',
  invokeId: 7,
  sentAt: midnight + 4 * quarter,
  deviation: -540,
  intervalSeconds: 900,
  channels: [
    { obis: '1.0.1.29.0.255', scaler: 0, unitCode: 30 },
    { obis: '1.0.2.29.0.255', scaler: 0, unitCode: 30 },
  ],
  rows: [
    { start: midnight, values: [100, 0] },
    { start: midnight + quarter, values: [120, 0] },
    { start: midnight + 3 * quarter, status: 0x80, values: [90, null] },
  ],
  registers: [{ obis: '1.0.1.8.0.255', scaler: 0, unitCode: 30, value: 1_234_567 }],
};

function decoded<T>(result: T | DecodeError): T {
  if (isDecodeError(result)) throw new Error(`${result.code} at ${result.offset}: ${result.message}`);
  return result;
}

describe('a load profile push', () => {
  it('says which meter sent it, when, and wants an answer', () => {
    const message = decoded(decodePush(encodeLoadProfilePush(push)));
    expect(message).toMatchObject({
      device: { serialNumber: 'MM00000042' },
      time: '2026-06-30T16:00:00.000Z',
      invokeId: 7,
      confirmed: true,
      warnings: [],
    });
  });

  it('carries one block a channel, named by the start of its first interval, with holes marked', () => {
    const { loadProfiles } = decoded(decodePush(encodeLoadProfilePush(push)));
    expect(
      loadProfiles.map(({ values, statuses, ...rest }) => ({
        ...rest,
        values: [...values],
        statuses: [...statuses!],
      })),
    ).toEqual([
      {
        obis: '1.0.1.29.0.255',
        quantity: 'active energy import',
        unit: 'Wh',
        unitCode: 30,
        scaler: 0,
        accumulation: 'interval',
        start: midnight,
        intervalSeconds: 900,
        values: [100, 120, NaN, 90],
        statuses: [0, 0, 0, 0x80],
      },
      expect.objectContaining({ obis: '1.0.2.29.0.255', values: [0, 0, NaN, NaN] }),
    ]);
  });

  it('carries registers as exact decimals', () => {
    const { measurements } = decoded(decodePush(encodeLoadProfilePush(push)));
    expect(measurements).toContainEqual(
      expect.objectContaining({ obis: '1.0.1.8.0.255', value: '1234567', unit: 'Wh', raw: 1_234_567 }),
    );
  });

  it('is the same when encrypted, and tells counter and system title', () => {
    const keys = { encryptionKey: Buffer.alloc(16, 1), authenticationKey: Buffer.alloc(16, 2) };
    const systemTitle = Buffer.from('MMS00001');
    const apdu = encryptGeneralGlo(encodeLoadProfilePush(push), { systemTitle, invocationCounter: 99, keys });
    const message = decoded(
      decodePush(apdu, { keys: (title) => (Buffer.from(title!).equals(systemTitle) ? keys : undefined) }),
    );
    expect(message).toMatchObject({
      device: { serialNumber: 'MM00000042', systemTitle: '4D4D533030303031' },
      invocationCounter: 99,
      authenticated: true,
      warnings: [],
    });
    expect(decodePush(apdu, { keys: { ...keys, encryptionKey: Buffer.alloc(16, 3) } })).toMatchObject({
      code: 'DLMS_DECRYPTION_FAILED',
    });
    expect(decodePush(apdu)).toMatchObject({ code: 'DLMS_KEY_MISSING' });
  });
});
