import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex } from '../hex.ts';
import { lorawan } from './codec.ts';
import { encodeDataMessage, encodeJoinRequest } from './encode-phy-payload.ts';
import {
  encodeChirpstackUplink,
  encodeTheThingsStackUplink,
  type UplinkFields,
} from './network-server/encode-uplink.ts';
import { readNetworkServerMessage } from './network-server/network-server-message.ts';

const networkKey = fromHex('000102030405060708090A0B0C0D0E0F') as Uint8Array;
const applicationKey = networkKey.toReversed();
const keys = { authenticationKey: networkKey, encryptionKey: applicationKey };
const session = { devAddr: '26011234', networkKey, applicationKey };
const frame = encodeDataMessage({ ...session, frameCounter: 7, port: 2, payload: Uint8Array.of(1, 2, 3) });

const altered = (at: number, octet: number) => frame.with(at, octet);

describe('PHYPayloads that are wrong', () => {
  it.each([
    ['nothing', new Uint8Array(), keys, 'FRAME_TRUNCATED', 0],
    ['a header alone', frame.slice(0, 4), keys, 'FRAME_TRUNCATED', 4],
    ['a data message cut short', frame.slice(0, 11), keys, 'FRAME_TRUNCATED', 11],
    ['more options than octets', altered(5, 0x0f), keys, 'FRAME_TRUNCATED', 8],
    ['another major version', altered(0, 0x41), keys, 'LORAWAN_VERSION_UNSUPPORTED', 0],
    ['a changed octet', altered(9, 0), keys, 'LORAWAN_MIC_MISMATCH', 12],
    ['a changed counter', altered(6, 8), keys, 'LORAWAN_MIC_MISMATCH', 12],
    ['another key', frame, { ...keys, authenticationKey: applicationKey }, 'LORAWAN_MIC_MISMATCH', 12],
    ['half a key', frame, { encryptionKey: networkKey.slice(8) }, 'LORAWAN_KEY_INVALID', 0],
    ['256 octets', new Uint8Array(256), keys, 'FRAME_TOO_LONG', 255],
    ['a join request cut short', new Uint8Array(22), keys, 'LORAWAN_JOIN_LENGTH', 22],
    ['a join accept without a key', Uint8Array.of(0x20, ...new Uint8Array(16)), {}, 'LORAWAN_KEY_MISSING', 1],
    ['a join accept of nobody', Uint8Array.of(0x20, ...new Uint8Array(32)), keys, 'LORAWAN_MIC_MISMATCH', 29],
  ])('%s', (_, octets, options, code, offset) => {
    expect(lorawan.decode(octets, options)).toMatchObject([{ code, offset }]);
  });

  it('without keys the header reads, with the payload as it was sent and a warning', () => {
    const [push] = lorawan.decode(frame, {});
    expect(push).toMatchObject({
      device: { logicalDeviceName: 'DevAddr 26011234' },
      invocationCounter: 7,
      measurements: [{ code: 'fport:2', value: toHex(frame.slice(9, 12)) }],
      warnings: [{ code: 'LORAWAN_NOT_AUTHENTICATED' }, { code: 'LORAWAN_KEY_MISSING' }],
    });
  });

  it('unknown MAC commands are kept by their number', () => {
    const own = encodeDataMessage({
      ...session,
      frameCounter: 1,
      port: 0,
      payload: Uint8Array.of(0x06, 255, 20, 0x90, 1, 2),
    });
    expect(lorawan.decode(own, keys)).toMatchObject([
      {
        events: [
          { code: 'mac:06', name: 'DevStatusAns FF14' },
          { code: 'mac:90', name: 'unknown MAC command 0102' },
        ],
        measurements: [{ quantity: 'reception margin', value: '20' }],
      },
    ]);
  });

  it('proprietary and rejoin messages are kept as they are', () => {
    expect(lorawan.decode(Uint8Array.of(0xe0, 1, 2, 3, 4, 5, 6), keys)).toMatchObject([
      { measurements: [{ code: 'proprietary', value: '0102' }] },
    ]);
    expect(lorawan.decode(Uint8Array.of(0xc0, ...new Uint8Array(18)), {})).toMatchObject([
      { measurements: [{ code: 'rejoin-request' }] },
    ]);
  });

  it('a counter beyond sixteen bits proves itself, and beyond a million asks for help', () => {
    const at = (frameCounter: number) =>
      encodeDataMessage({ ...session, frameCounter, payload: Uint8Array.of(1) });
    expect(lorawan.decode(at(0x7_0003), keys)).toMatchObject([
      { invocationCounter: 0x7_0003, authenticated: true },
    ]);
    expect(lorawan.decode(at(0x20_0000), keys)).toMatchObject([
      { code: 'LORAWAN_MIC_MISMATCH', message: expect.stringContaining('beyond a million') },
    ]);
  });

  it('a join request names its device', () => {
    const join = encodeJoinRequest({
      joinEui: '70B3D57ED0000000',
      devEui: '70B3D57ED0000001',
      devNonce: '0001',
      rootKey: networkKey,
    });
    expect(lorawan.decode(join, { encryptionKey: networkKey })).toMatchObject([
      { device: { address: 'lorawan:70B3D57ED0000001' }, authenticated: true },
    ]);
  });
});

describe('Messages of network servers that are wrong', () => {
  const fields: UplinkFields = {
    devEui: '70B3D57ED0000001',
    applicationId: 'app',
    port: 5,
    payload: Uint8Array.of(1, 2),
    frameCounter: 3,
    receivedAt: Date.parse('2026-03-01T12:00:00Z'),
  };
  const change = (message: { topic: string; payload: Uint8Array }, by: (json: never) => void) => {
    const json = JSON.parse(Buffer.from(message.payload).toString());
    by(json as never);
    return { ...message, payload: Buffer.from(JSON.stringify(json)) };
  };
  const chirpstack = encodeChirpstackUplink(fields);
  const things = encodeTheThingsStackUplink(fields);

  it('what the simulator writes reads back', () => {
    for (const message of [chirpstack, things]) {
      expect(readNetworkServerMessage(message)).toMatchObject({
        kind: 'uplink',
        address: 'lorawan:70B3D57ED0000001',
        port: 5,
        payload: fields.payload,
        frameCounter: 3,
        time: '2026-03-01T12:00:00.000Z',
      });
    }
  });

  it.each([
    ['Protobuf', { ...chirpstack, payload: Uint8Array.of(10, 3, 1, 2, 3) }, 'JSON_INVALID'],
    ['half of it', { ...chirpstack, payload: chirpstack.payload.slice(0, 80) }, 'JSON_INVALID'],
    [
      'no UTF-8',
      { ...things, payload: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d) },
      'JSON_INVALID',
    ],
    [
      'a tower of brackets',
      { ...things, payload: Buffer.from(`{"a":${'['.repeat(40_000)}`) },
      'JSON_TOO_DEEP',
    ],
    ['a quarter of a megabyte', { ...things, payload: Buffer.alloc(262_144, '{') }, 'JSON_TOO_LONG'],
    [
      'no device',
      change(chirpstack, (json: { deviceInfo?: object }) => delete json.deviceInfo),
      'MESSAGE_DEVICE_INVALID',
    ],
    [
      'another device than its topic',
      { ...chirpstack, topic: 'application/app/device/70b3d57ed0000002/event/up' },
      'MESSAGE_DEVICE_MISMATCH',
    ],
    [
      'no base64',
      change(chirpstack, (json: { data: unknown }) => (json.data = 'ä')),
      'MESSAGE_PAYLOAD_INVALID',
    ],
    [
      'port 300',
      change(chirpstack, (json: { fPort: unknown }) => (json.fPort = 300)),
      'MESSAGE_PORT_INVALID',
    ],
  ])('%s', (_, message, code) => {
    expect(readNetworkServerMessage(message)).toMatchObject({ code });
  });

  it('what is not ours to read is nothing', () => {
    for (const topic of [
      'x',
      '',
      'application',
      'application/a/device/b/event/toString',
      'v3/a/devices/b/up/x',
      'v3/a/devices/b/down/push',
    ])
      expect(readNetworkServerMessage({ topic, payload: chirpstack.payload })).toBeUndefined();
    expect(
      readNetworkServerMessage(change(things, (json: { simulated: boolean }) => (json.simulated = true))),
    ).toBeUndefined();
  });
});
