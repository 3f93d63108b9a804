import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import type { CosemData } from './axdr.ts';
import { ClientAssociation, type ClientSettings } from './client-association.ts';
import { invokeMethod, readAttribute, readAttributes, writeAttribute } from './client-services.ts';
import { converse, converseWith, type Conversation } from './conversation.ts';
import { encodeDateTime } from './date-time.ts';
import { disconnectControl } from './disconnect-control.ts';
import { encodeBlocks } from './general-block-transfer.ts';
import { CLOCK, LOAD_PROFILE_1, obisOctets } from './obis.ts';
import { readProfile, readProfileDescription } from './read-profile.ts';
import { byEntry, byRange, entriesOf, rangeOf } from './selective-access.ts';
import { ServerAssociation, type ServerSettings } from './server-association.ts';
import type { CosemObjects } from './server-services.ts';

const keys = { encryptionKey: Buffer.alloc(16, 1), authenticationKey: Buffer.alloc(16, 2) };
const clientTitle = Buffer.from('MMH00001');
const serverTitle = Buffer.from('MMS00001');
const clientSide = { systemTitle: clientTitle, keys, invocationCounter: 100 };
const serverSide = { systemTitle: serverTitle, keys, invocationCounter: 500 };
const begin = Date.parse('2026-07-01T00:00:00Z');
const quarter = 900_000;
const energy = { classId: 3, obis: '1.0.1.29.0.255', attribute: 2 };
const text = { classId: 1, obis: '0.0.96.13.0.255', attribute: 2 };

const descriptor = (classId: number, obis: string): CosemData => ({
  type: 'structure',
  value: [
    { type: 'long-unsigned', value: classId },
    { type: 'octet-string', value: obisOctets(obis) },
    { type: 'integer', value: 2 },
    { type: 'long-unsigned', value: 0 },
  ],
});

/** A meter with a day of quarter hours, a text that can be set and a method that repeats what it is given. */
class Meter implements CosemObjects {
  written: CosemData = { type: 'null-data' };
  readonly rows = Array.from({ length: 96 }, (_, index): CosemData => ({
    type: 'structure',
    value: [
      { type: 'octet-string', value: encodeDateTime(begin + (index + 1) * quarter) },
      { type: 'double-long-unsigned', value: index },
    ],
  }));

  read: CosemObjects['read'] = ({ obis, attribute }, access) => {
    if (obis === text.obis) return { value: this.written };
    if (obis === energy.obis && attribute === 3) {
      return {
        value: {
          type: 'structure',
          value: [
            { type: 'integer', value: 0 },
            { type: 'enum', value: 30 },
          ],
        },
      };
    }
    if (obis !== LOAD_PROFILE_1) return { result: 'object-undefined' };
    if (attribute === 3) {
      return { value: { type: 'array', value: [descriptor(8, CLOCK), descriptor(3, energy.obis)] } };
    }
    if (attribute === 4) return { value: { type: 'double-long-unsigned', value: 900 } };
    const range = access && rangeOf(access);
    const entries = access && entriesOf(access);
    const rows = this.rows.filter((_, index) => {
      const captured = begin + (index + 1) * quarter;
      if (range) return captured >= range.from && captured <= range.to;
      return !entries || (index + 1 >= entries.from && index + 1 <= entries.to);
    });
    return { value: { type: 'array', value: rows } };
  };

  write: CosemObjects['write'] = ({ obis }, value) => {
    if (obis !== text.obis) return 'read-write-denied';
    this.written = value;
    return 'success';
  };

  invoke: CosemObjects['invoke'] = ({ method }, value) =>
    method === 1 ? { result: 'success', value } : { result: 'object-undefined' };
}

/** Both sides of an association, and whatever the client says to the server. */
function line(client: ClientSettings, server: ServerSettings) {
  const meter = new Meter();
  const association = new ClientAssociation(client);
  const serverAssociation = new ServerAssociation(server, meter);
  const sent: Uint8Array[] = [];
  const hold = <Outcome>(conversation: Conversation<Outcome>): Outcome =>
    converseWith(conversation, (apdu) => {
      sent.push(apdu);
      return serverAssociation.answer(apdu);
    });
  return { meter, association, serverAssociation, sent, hold };
}

const challenge = Buffer.from('K56iVagY');
const secured = {
  client: { mechanism: 'high-gmac', challenge, protection: clientSide },
  server: { mechanism: 'high-gmac', challenge: Buffer.from('P6wRJ21F'), protection: serverSide },
} as const;
const dedicatedKey = Buffer.alloc(16, 7);
const secret = Buffer.from('shared secret');
const shared = (mechanism: 'high-md5' | 'high-sha1' | 'high-sha256') =>
  [
    mechanism,
    { mechanism, challenge, secret },
    { mechanism, challenge: Buffer.from('P6wRJ21F'), secret },
  ] as const;

describe.each<readonly [string, ClientSettings, ServerSettings]>([
  ['no security', { mechanism: 'lowest' }, { mechanism: 'lowest' }],
  ['low-level security', { mechanism: 'low', secret }, { mechanism: 'low', secret }],
  ['HLS-GMAC', secured.client, secured.server],
  ['HLS-GMAC and a dedicated key', { ...secured.client, dedicatedKey }, secured.server],
  [
    'HLS-GMAC in general ciphering',
    { ...secured.client, dedicatedKey, protection: { ...clientSide, general: true } },
    { ...secured.server, protection: { ...serverSide, general: true } },
  ],
  [
    'a ciphered association with a password',
    { mechanism: 'low', secret, protection: clientSide },
    { mechanism: 'low', secret, protection: serverSide },
  ],
  shared('high-md5'),
  shared('high-sha1'),
  shared('high-sha256'),
  [
    'high-sha256, ciphered',
    { mechanism: 'high-sha256', challenge, secret, protection: clientSide },
    { mechanism: 'high-sha256', challenge: Buffer.from('P6wRJ21F'), secret, protection: serverSide },
  ],
])('an association with %s', (_what, client, server) => {
  const small = { ...server, maximumPduSize: 200 };

  it('opens, reads, writes and invokes, in blocks where it has to, and closes', () => {
    const { meter, association, serverAssociation, sent, hold } = line(client, small);
    expect(hold(association.open())).toMatchObject({ maximumPduSize: 200 });
    expect(serverAssociation.isOpen).toBe(true);
    const buffer = hold(readAttribute(association, { classId: 7, obis: LOAD_PROFILE_1, attribute: 2 }));
    expect(buffer).toMatchObject({ type: 'array', value: { length: 96 } });
    const long: CosemData = { type: 'octet-string', value: new Uint8Array(1000).fill(5) };
    expect(hold(writeAttribute(association, text, long))).toBeUndefined();
    expect(meter.written).toMatchObject({ value: { length: 1000 } });
    expect(hold(writeAttribute(association, text, { type: 'unsigned', value: 3 }))).toBeUndefined();
    expect(hold(readAttribute(association, text))).toEqual({ type: 'unsigned', value: 3 });
    const echo = { classId: 1, obis: text.obis, method: 1 };
    expect(hold(invokeMethod(association, echo, long))).toMatchObject({ value: { length: 1000 } });
    expect(hold(invokeMethod(association, echo))).toBeUndefined();
    expect(
      hold(readAttributes(association, [{ target: text }, { target: { ...text, obis: '0.0.1.2.3.4' } }])),
    ).toMatchObject([{ type: 'unsigned', value: 3 }, { code: 'DLMS_ACCESS_REFUSED' }]);
    expect(
      hold(
        readAttributes(
          association,
          Array(3).fill({ target: { classId: 7, obis: LOAD_PROFILE_1, attribute: 2 } }),
        ),
      ),
    ).toMatchObject([{ value: { length: 96 } }, { value: { length: 96 } }, { value: { length: 96 } }]);
    hold(association.release());
    expect(serverAssociation.isOpen).toBe(false);
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(200);
  });

  it('reads a profile by range and by entry, named and timed', () => {
    const { association, hold } = line(client, small);
    hold(association.open());
    const description = hold(readProfileDescription(association));
    if (isDecodeError(description)) throw new Error(description.message);
    const access = byRange({ from: begin + 2 * quarter, to: begin + 4 * quarter });
    expect(hold(readProfile(association, { description, access }))).toMatchObject({
      loadProfiles: [
        { obis: energy.obis, unit: 'Wh', start: begin + quarter, values: Float64Array.of(1, 2, 3) },
      ],
      warnings: [],
    });
    expect(
      hold(readProfile(association, { description, access: byEntry({ from: 96, to: 96 }) })),
    ).toMatchObject({ loadProfiles: [{ values: Float64Array.of(95) }] });
  });

  it('names what the meter refuses', () => {
    const { association, hold } = line(client, small);
    hold(association.open());
    const nowhere = { classId: 1, obis: '0.0.1.2.3.4', attribute: 2 };
    expect(hold(readAttribute(association, nowhere))).toMatchObject({
      code: 'DLMS_ACCESS_REFUSED',
      message: expect.stringContaining('object-undefined'),
    });
    const long: CosemData = { type: 'octet-string', value: new Uint8Array(1000) };
    expect(hold(writeAttribute(association, nowhere, long))).toMatchObject({ code: 'DLMS_ACCESS_REFUSED' });
    expect(hold(invokeMethod(association, disconnectControl.remoteReconnect))).toMatchObject({
      code: 'DLMS_ACCESS_REFUSED',
    });
  });
});

describe('an association that must not come about', () => {
  const wrongKeys = { ...keys, encryptionKey: Buffer.alloc(16, 9) };
  const wrongAuthentication = { ...keys, authenticationKey: Buffer.alloc(16, 9) };

  it.each<[string, ClientSettings, ServerSettings, string]>([
    [
      'a wrong password',
      { mechanism: 'low', secret },
      { mechanism: 'low', secret: challenge },
      'DLMS_ASSOCIATION_REFUSED',
    ],
    ['another mechanism', { mechanism: 'lowest' }, { mechanism: 'low', secret }, 'DLMS_ASSOCIATION_REFUSED'],
    [
      'clear text',
      { mechanism: 'low', secret },
      { mechanism: 'low', secret, protection: serverSide },
      'DLMS_ASSOCIATION_REFUSED',
    ],
    [
      'a wrong encryption key',
      { ...secured.client, protection: { ...clientSide, keys: wrongKeys } },
      secured.server,
      'DLMS_ASSOCIATION_REFUSED',
    ],
    [
      'a wrong authentication key',
      { ...secured.client, protection: { ...clientSide, keys: wrongAuthentication } },
      secured.server,
      'DLMS_ASSOCIATION_REFUSED',
    ],
    [
      'a wrong secret',
      { mechanism: 'high-sha256', challenge, secret },
      { mechanism: 'high-sha256', challenge: secret, secret: challenge },
      'DLMS_ASSOCIATION_REFUSED',
    ],
    [
      'no challenge',
      { mechanism: 'high-md5', secret },
      { mechanism: 'high-md5', secret },
      'DLMS_MECHANISM_UNSUPPORTED',
    ],
    ['no password', { mechanism: 'low' }, { mechanism: 'low', secret }, 'DLMS_MECHANISM_UNSUPPORTED'],
    [
      'an unspoken mechanism',
      { mechanism: 'high-ecdsa', challenge },
      { mechanism: 'low', secret },
      'DLMS_MECHANISM_UNSUPPORTED',
    ],
  ])('for %s is refused', (_what, client, server, code) => {
    const { association, serverAssociation, hold } = line(client, server);
    expect(hold(association.open())).toMatchObject({ code });
    expect(serverAssociation.isOpen).toBe(false);
  });

  it('with one who cannot answer our challenge', () => {
    const { association, serverAssociation } = line(
      { mechanism: 'high-sha1', challenge, secret },
      { mechanism: 'high-sha1', challenge: secret, secret },
    );
    const lying = converseWith(association.open(), (apdu) => {
      const answer = Buffer.from(serverAssociation.answer(apdu));
      if (answer[0] === 0xc7) answer[answer.length - 1]! ^= 1;
      return answer;
    });
    expect(lying).toMatchObject({ code: 'DLMS_SERVER_NOT_AUTHENTICATED' });
  });
});

describe('a conversation', () => {
  it('is deaf to clear text, repeated answers and answers to other requests', () => {
    const { association, serverAssociation, hold } = line(secured.client, secured.server);
    hold(association.open());
    const first = serverAssociation.answer.bind(serverAssociation);
    let kept: Uint8Array | undefined;
    converseWith(readAttribute(association, text), (apdu) => (kept = first(apdu)));
    expect(converseWith(readAttribute(association, text), () => kept!)).toMatchObject({
      code: 'DLMS_INVOCATION_COUNTER_LOW',
    });
    expect(
      converseWith(readAttribute(association, text), () => Buffer.from('C401C20011FF', 'hex')),
    ).toMatchObject({
      code: 'DLMS_CIPHERING_REQUIRED',
    });
    expect(converseWith(readAttribute(association, text), () => Buffer.from('D80105', 'hex'))).toMatchObject({
      code: 'DLMS_SERVICE_REFUSED',
      message: expect.stringContaining('deciphering error'),
    });
    const plain = new ClientAssociation({ mechanism: 'lowest' });
    expect(converseWith(readAttribute(plain, text), () => Buffer.from('C401CF0011FF', 'hex'))).toMatchObject({
      code: 'DLMS_ANSWER_UNEXPECTED',
    });
  });

  it('takes answers in blocks of a general block transfer, and acknowledges each', async () => {
    const association = new ClientAssociation({ mechanism: 'lowest' });
    const blocks = encodeBlocks(Buffer.from('C401C1000904DEADBEEF', 'hex'), 4);
    const acknowledgements: number[] = [];
    const value = await converse(readAttribute(association, text), async (apdu) => {
      if (apdu[0] === 0xe0) acknowledgements.push(apdu[5]!);
      return blocks.shift()!;
    });
    expect(value).toEqual({ type: 'octet-string', value: Buffer.from('DEADBEEF', 'hex') });
    expect(acknowledgements).toEqual([1, 2]);
  });

  it('keeps count of what it ciphered', () => {
    const { association, hold } = line(secured.client, secured.server);
    hold(association.open());
    hold(readAttribute(association, text));
    // initiate-request, f(StoC), reply_to_HLS_authentication and the GET
    expect(association.invocationCounter).toBe(104);
  });
});
