import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import { fromHex } from '../hex.ts';
import { lorawan } from './codec.ts';
import { loraPacket } from './lora-packet.ts';
import { readMacCommands } from './mac-commands.ts';
import { readNetworkServerMessage } from './network-server/network-server-message.ts';
import { readPhyPayload, type DataMessage } from './phy-payload.ts';

const corpus = process.env['METERMESH_CORPUS'];
const read = (name: string) => JSON.parse(readFileSync(`${corpus}/lorawan/${name}.json`, 'utf8'));

function octets(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (isDecodeError(bytes)) throw new Error(bytes.message);
  return bytes;
}

(corpus ? describe : describe.skip)('PHYPayloads of lora-packet', () => {
  const vectors = corpus ? read('phy-payload-vectors') : {};

  it('data messages open and prove as published', () => {
    const [proven, forged, withCommands] = vectors.data;
    const keys = { network: octets(proven.NwkSKey), application: octets(proven.AppSKey) };
    const message = readPhyPayload(octets(proven.phy), keys);
    expect(message).toMatchObject({
      kind: 'data',
      direction: 'up',
      authenticated: true,
      devAddr: proven.DevAddr.toUpperCase(),
      frameCounter: proven.FCnt,
      port: proven.FPort,
    });
    expect(Buffer.from((message as DataMessage).payload).toString()).toBe(proven.payload_utf8);

    expect(lorawan.decode(octets(forged.phy), { authenticationKey: octets(forged.NwkSKey) })).toMatchObject([
      { code: 'LORAWAN_MIC_MISMATCH', offset: 9 },
    ]);
    const genuine = forged.phy.slice(0, -8) + forged.expected_mic;
    expect(lorawan.decode(octets(genuine), { authenticationKey: octets(forged.NwkSKey) })).toMatchObject([
      { authenticated: true, measurements: [] },
    ]);

    const { macCommands } = readPhyPayload(octets(withCommands.phy), {}) as DataMessage;
    expect(macCommands).toEqual(readMacCommands(octets(withCommands.FOpts), 'up'));
    expect(macCommands.map(({ name }) => name)).toEqual(['TxParamSetupAns', 'PingSlotChannelAns']);
  });

  it('join requests prove with the root key, and not with another', () => {
    for (const vector of vectors.join_request) {
      const root = octets(vector.AppKey);
      expect(readPhyPayload(octets(vector.phy), { root })).toMatchObject({
        kind: 'join-request',
        authenticated: vector.mic_ok,
      });
      expect(lorawan.decode(octets(vector.phy), { encryptionKey: root.toReversed() })).toMatchObject([
        { code: 'LORAWAN_MIC_MISMATCH' },
      ]);
    }
  });

  it('join accepts read sealed, as they are sent, and open, as servers log them', () => {
    for (const vector of vectors.join_accept) {
      const root = octets(vector.AppKey);
      const open = Buffer.from(octets(vector.phy_decrypted));
      const sealed = Buffer.concat([
        open.subarray(0, 1),
        loraPacket.decryptJoin(loraPacket.fromWire(open), Buffer.from(root)),
      ]);
      for (const frame of [open, sealed]) {
        expect(readPhyPayload(frame, { root })).toEqual({
          kind: 'join-accept',
          authenticated: true,
          joinNonce: vector.AppNonce.toUpperCase(),
          netId: vector.NetID.toUpperCase(),
          devAddr: vector.DevAddr.toUpperCase(),
        });
      }
      expect(lorawan.decode(sealed, {})).toMatchObject([{ code: 'LORAWAN_KEY_MISSING' }]);
    }
  });

  it('session keys derive as published, and are those with which a session opens', () => {
    for (const vector of vectors.session_keys_1_0) {
      const field = (name: string) => Buffer.from(octets(vector[name]));
      const keys = loraPacket.generateSessionKeys10(
        field('AppKey'),
        field('NetID'),
        field('AppNonce'),
        field('DevNonce'),
      );
      expect({ NwkSKey: keys.NwkSKey.toString('hex'), AppSKey: keys.AppSKey.toString('hex') }).toEqual({
        NwkSKey: vector.NwkSKey,
        AppSKey: vector.AppSKey,
      });
    }
  });
});

(corpus ? describe : describe.skip)('Messages of network servers', () => {
  const message = (topic: string, content: unknown) =>
    readNetworkServerMessage({ topic, payload: Buffer.from(JSON.stringify(content)) });

  it('ChirpStack: every event is what it is', () => {
    const events = read('chirpstack-v4-events');
    const told = (name: string) =>
      message(`application/x/device/${events[name].deviceInfo.devEui}/event/${name}`, events[name]);
    const common = { network: 'chirpstack', address: 'lorawan:0101010101010101' };
    expect(told('up')).toEqual({
      ...common,
      kind: 'uplink',
      applicationId: events.up.deviceInfo.applicationId,
      time: '2022-07-18T09:34:15.775Z',
      port: 1,
      payload: Uint8Array.of(0xaa),
      frameCounter: 0,
      confirmed: false,
    });
    expect(told('status')).toMatchObject({ ...common, kind: 'status', margin: 10, battery: 88.3 });
    expect(told('join')).toMatchObject({ ...common, kind: 'notice', code: 'join' });
    expect(told('ack')).toMatchObject({
      ...common,
      kind: 'downlink',
      outcome: 'acknowledged',
      references: [events.ack.queueItemId],
    });
    expect(told('txack')).toMatchObject({ outcome: 'sent', references: [events.txack.queueItemId] });
    expect(told('log')).toMatchObject({
      ...common,
      kind: 'notice',
      code: 'UPLINK_MIC',
      description: events.log.description,
    });
    expect(told('location')).toBeUndefined();
    expect(told('integration')).toBeUndefined();
  });

  it('The Things Stack: every message is what it is', () => {
    const messages = read('tts-v3-messages');
    const told = (topic: string, content: unknown) =>
      message(`v3/app1@tenant1/devices/dev1/${topic}`, content);
    const common = { network: 'the-things-stack', applicationId: 'app1', deviceId: 'dev1' };
    const named = { ...common, address: 'lorawan:0004A30B001C0530' };
    for (const uplink of messages.uplink_message) {
      expect(told('up', uplink)).toEqual({
        ...named,
        kind: 'uplink',
        time: '2020-02-12T15:15:45.789Z',
        port: 0,
        payload: Uint8Array.of(0x82, 0x41, 0xde),
        frameCounter: 1,
        confirmed: false,
      });
    }
    for (const join of messages.join_accept) {
      expect(told('join', join)).toMatchObject({ ...named, kind: 'notice', code: 'join' });
    }
    const outcome = { kind: 'downlink', ...common };
    for (const queued of messages.downlink_queued)
      expect(told('down/queued', queued)).toMatchObject({ ...outcome, outcome: 'queued' });
    for (const ack of messages.downlink_ack) {
      expect(told('down/ack', ack)).toMatchObject({
        ...outcome,
        outcome: 'acknowledged',
        references: expect.arrayContaining(ack.downlink_ack.correlation_ids),
      });
    }
    for (const failed of messages.downlink_failed) {
      expect(told('down/failed', failed)).toMatchObject({
        ...outcome,
        outcome: 'failed',
        references: expect.arrayContaining(failed.downlink_failed.downlink.correlation_ids),
        reason: failed.downlink_failed.error.message_format,
      });
    }
    for (const command of messages.downlinks) expect(told('down/push', command)).toBeUndefined();
  });
});
