import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { toHex } from '../hex.ts';
import { lorawan } from './codec.ts';
import { encodeDataMessage } from './encode-phy-payload.ts';
import { encodeChirpstackUplink, encodeTheThingsStackUplink } from './network-server/encode-uplink.ts';
import { readNetworkServerMessage } from './network-server/network-server-message.ts';
import { pushOfUplink } from './payload-codec/push-of-uplink.ts';
import { readPhyPayload } from './phy-payload.ts';

const networkKey = new Uint8Array(16).fill(1);
const applicationKey = new Uint8Array(16).fill(2);
const session = { devAddr: '26011234', networkKey, applicationKey };

const octets = (maxLength: number) => fc.uint8Array({ maxLength });

function check(frame: Uint8Array, withKeys: boolean): void {
  const options = withKeys ? { authenticationKey: networkKey, encryptionKey: applicationKey } : {};
  const results = lorawan.decode(frame, options);
  expect(results).toHaveLength(1);
  const [result] = results;
  if (isDecodeError(result)) {
    expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(result.offset).toBeLessThanOrEqual(frame.length);
  }
}

describe('PHYPayloads', () => {
  it('what is sent is what is read, on every port and counter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xf_ffff }),
        fc.integer({ min: 1, max: 223 }),
        octets(222),
        octets(15),
        fc.boolean(),
        fc.constantFrom('up' as const, 'down' as const),
        (frameCounter, port, payload, macCommands, confirmed, direction) => {
          const sent = { ...session, frameCounter, port, payload, macCommands, confirmed, direction };
          const read = readPhyPayload(encodeDataMessage(sent), {
            network: networkKey,
            application: applicationKey,
          });
          expect(read).toMatchObject({
            kind: 'data',
            authenticated: true,
            frameCounter,
            confirmed,
            direction,
          });
          expect('payload' in read && toHex(read.payload)).toBe(toHex(payload));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('anything at all is an answer or a coded error', () => {
    fc.assert(fc.property(octets(300), fc.boolean(), check), { numRuns: 500 });
  });

  it('a genuine frame with octets changed, cut or put in is an answer or a coded error', () => {
    const genuine = encodeDataMessage({
      ...session,
      frameCounter: 3,
      port: 9,
      payload: new Uint8Array(40),
      macCommands: Uint8Array.of(6, 1, 2),
    });
    fc.assert(
      fc.property(
        fc.nat(genuine.length - 1),
        octets(12),
        fc.nat(8),
        fc.boolean(),
        (at, put, skip, withKeys) => {
          check(Uint8Array.of(...genuine.slice(0, at), ...put, ...genuine.slice(at + skip)), withKeys);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('Messages of network servers', () => {
  const fields = {
    devEui: '70B3D57ED0000001',
    applicationId: 'a',
    port: 5,
    payload: Uint8Array.of(1, 2),
    frameCounter: 3,
    receivedAt: 1_770_000_000_000,
  };
  it.each([encodeChirpstackUplink(fields), encodeTheThingsStackUplink(fields)])(
    '$topic, damaged',
    (message) => {
      fc.assert(
        fc.property(fc.nat(message.payload.length - 1), octets(6), fc.nat(6), (at, put, skip) => {
          const payload = Uint8Array.of(
            ...message.payload.slice(0, at),
            ...put,
            ...message.payload.slice(at + skip),
          );
          const read = readNetworkServerMessage({ ...message, payload });
          if (isDecodeError(read)) expect(read.code).toMatch(/^(MESSAGE|JSON)_/);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('any JSON under any field is an answer or a coded error', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('deviceInfo', 'fPort', 'data', 'time', 'fCnt'),
        (value, field) => {
          const json = JSON.parse(Buffer.from(encodeChirpstackUplink(fields).payload).toString());
          const payload = Buffer.from(JSON.stringify({ ...json, [field]: value }));
          const read = readNetworkServerMessage({ ...encodeChirpstackUplink(fields), payload });
          if (isDecodeError(read)) expect(read.code).toMatch(/^(MESSAGE|JSON)_/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('Decoded objects', () => {
  const key = fc.constantFrom(
    'temperature',
    'constructor',
    '__proto__',
    'battery',
    'energy_kwh',
    'toString',
    'value',
    'unit',
    'a_l1',
    'data',
  );
  const object = fc.object({
    key,
    maxDepth: 5,
    maxKeys: 6,
    values: [fc.double(), fc.constantFrom('', 'on', 'ü'), fc.boolean(), fc.constant(null)],
  });

  it('whatever is in them, measurements are decimals or text, and none is lost in silence', () => {
    fc.assert(
      fc.property(
        object,
        fc.option(fc.array(object, { maxLength: 3 }), { nil: undefined }),
        (data, normalized) => {
          const clean = JSON.parse(JSON.stringify({ data, normalized }));
          const push = pushOfUplink({ ...clean, warnings: [] }, undefined);
          for (const { value, obis, code } of push.measurements) {
            expect(typeof value).toBe('string');
            expect(value).not.toMatch(/^-?\d.*e/);
            expect(obis).toMatch(/^\d+(\.\d+){5}$/);
            expect(code).toMatch(/^field:/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
