import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex } from '../hex.ts';
import { dedTagOf, gloTagOf } from './ciphered-tags.ts';
import { readCiphered } from './ciphering.ts';
import { encodeDataNotification } from './data-notification.ts';
import { decodeFrame } from './frame.ts';
import { encodeBlocks } from './general-block-transfer.ts';
import { encodeSigned } from './general-signing.ts';
import { deriveKey } from './key-agreement.ts';
import { unwrapKey, wrapKey } from './key-info.ts';
import { decodePush, type PushOptions } from './push.ts';
import { sealedSender } from './sealed-sender.ts';
import {
  encryptGeneralCiphering,
  encryptGeneralDed,
  encryptGeneralGlo,
  encryptService,
  type Sealing,
} from './sealing.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const apdu = encodeDataNotification({
  invokeId: { id: 5, confirmed: false, highPriority: false },
  body: { type: 'octet-string', value: Buffer.from('hello') },
});
const systemTitle = Buffer.from('MMS00001');
const recipientTitle = Buffer.from('MMH00001');
const transactionId = octets('0123456789012345');
const keys = { encryptionKey: Buffer.alloc(16, 1), authenticationKey: Buffer.alloc(16, 2) };
const other = Buffer.alloc(16, 9);
const sealing: Sealing = { systemTitle, invocationCounter: 77, keys };
const sealedWith = (encryptionKey: Uint8Array): Sealing => ({ ...sealing, keys: { ...keys, encryptionKey } });
const read = { authenticated: true, invocationCounter: 77, measurements: [{ value: 'hello' }], warnings: [] };
const parties = { originator: systemTitle, recipientTitle, transactionId };

describe('AES key wrap', () => {
  it('is that of RFC 3394, 4.1 and 4.6', () => {
    const kek = octets('000102030405060708090A0B0C0D0E0F');
    const key = octets('00112233445566778899AABBCCDDEEFF');
    expect(toHex(wrapKey(key, kek))).toBe('1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5');
    const kek256 = octets('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
    const key256 = octets('00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F');
    const wrapped = '28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21';
    expect(toHex(wrapKey(key256, kek256))).toBe(wrapped);
    expect(toHex(unwrapKey(octets(wrapped), kek256)!)).toBe(toHex(key256));
    expect(unwrapKey(octets(wrapped), Buffer.alloc(32))).toBeUndefined();
  });
});

describe('a push under another key than the global unicast key', () => {
  const agree = (namedCurve: string) => {
    const sender = generateKeyPairSync('ec', { namedCurve });
    const recipient = generateKeyPairSync('ec', { namedCurve });
    const { x, y } = sender.publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
    return { sender, recipient, point };
  };

  it('opens with the dedicated key', () => {
    const frame = encryptGeneralDed(apdu, sealedWith(other));
    expect(decodePush(frame, { keys: { ...keys, dedicatedKey: other } })).toMatchObject(read);
    expect(decodePush(frame, { keys: { ...keys, encryptionKey: other } })).toMatchObject(read);
    expect(decodePush(frame, { keys })).toMatchObject({ code: 'DLMS_DECRYPTION_FAILED' });
  });

  it.each([
    ['the global unicast key', { type: 'identified', keyId: 0 } as const, keys.encryptionKey, {}],
    ['the global broadcast key', { type: 'identified', keyId: 1 } as const, other, { broadcastKey: other }],
    [
      'a key wrapped with the master key',
      { type: 'wrapped', kekId: 0, wrappedKey: wrapKey(other, Buffer.alloc(16, 3)) } as const,
      other,
      { masterKey: Buffer.alloc(16, 3) },
    ],
  ])('opens in general-ciphering with %s', (_what, keyInfo, key, more) => {
    const frame = encryptGeneralCiphering(apdu, sealedWith(key), { transactionId, recipientTitle, keyInfo });
    const opened = decodePush(frame, { keys: { ...keys, ...more } });
    expect(opened).toMatchObject({ ...read, device: { systemTitle: '4D4D533030303031' } });
    const changed = Buffer.from(frame);
    changed[3]! ^= 1; // the transaction id, which the tag covers
    expect(decodePush(changed, { keys: { ...keys, ...more } })).toMatchObject({
      code: 'DLMS_DECRYPTION_FAILED',
    });
  });

  it.each(['prime256v1', 'secp384r1'])('opens in general-ciphering with a key agreed on %s', (curve) => {
    const { sender, recipient, point } = agree(curve);
    for (const [scheme, data] of [[1, point] as const, [2, new Uint8Array(0)] as const]) {
      const key = deriveKey(sender.privateKey, recipient.publicKey, parties, scheme === 2, 16);
      const frame = encryptGeneralCiphering(apdu, sealedWith(key), {
        transactionId,
        recipientTitle,
        keyInfo: { type: 'agreed', scheme, data },
      });
      const agreement = { privateKey: recipient.privateKey, peerKey: sender.publicKey };
      expect(decodePush(frame, { keys: { ...keys, agreement } })).toMatchObject(read);
      expect(decodePush(frame, { keys })).toMatchObject({ code: 'DLMS_KEY_MISSING' });
    }
    const noPoint = encryptGeneralCiphering(apdu, sealing, {
      transactionId,
      recipientTitle,
      keyInfo: { type: 'agreed', scheme: 1, data: Buffer.alloc(64, 1) },
    });
    const agreement = { privateKey: recipient.privateKey };
    expect(decodePush(noPoint, { keys: { ...keys, agreement } })).toMatchObject({
      code: 'DLMS_KEY_INFO_INVALID',
    });
  });

  it('says that a wrapped key does not open', () => {
    const keyInfo = { type: 'wrapped', kekId: 0, wrappedKey: wrapKey(other, other) } as const;
    const frame = encryptGeneralCiphering(apdu, sealedWith(other), {
      transactionId,
      recipientTitle,
      keyInfo,
    });
    expect(decodePush(frame, { keys })).toMatchObject({ code: 'DLMS_KEY_UNWRAP_FAILED' });
  });
});

describe('a ciphered push', () => {
  it('of suite 1 opens like one of suite 0', () => {
    expect(decodePush(encryptGeneralGlo(apdu, { ...sealing, suite: 1 }), { keys })).toMatchObject(read);
  });

  it('in blocks finds the key of its system title', () => {
    const blocks = encodeBlocks(encryptGeneralGlo(apdu, sealing), 16);
    const options: PushOptions = {
      keys: (title) => (title && toHex(title) === toHex(systemTitle) ? keys : undefined),
    };
    expect(blocks.length).toBeGreaterThan(2);
    expect(decodeFrame(Buffer.concat(blocks), options)).toMatchObject([read]);
  });

  it('may be an event in dedicated service-specific ciphering', () => {
    const event = octets('C2 00 0001 0000600B00FF 02 11 28');
    expect([gloTagOf(0xc2), dedTagOf(0xc2), dedTagOf(0xc0), dedTagOf(0x01)]).toEqual([
      0xca,
      0xd2,
      0xd0,
      undefined,
    ]);
    const frame = encryptService(dedTagOf(0xc2)!, event, sealedWith(other));
    const options = { keys: { ...keys, dedicatedKey: other }, systemTitle };
    expect(decodePush(frame, options)).toMatchObject({
      authenticated: true,
      events: [{ code: 40, type: 'cover-opened' }],
    });
  });

  it('that is authenticated only, and was changed, has a code of its own', () => {
    const plain = Buffer.concat([octets('1000000001'), apdu, Buffer.alloc(12)]);
    const frame = Buffer.concat([octets('DB08'), systemTitle, Buffer.of(plain.length), plain]);
    expect(readCiphered(frame)).toMatchObject({ security: { encrypted: false, authenticated: true } });
    expect(decodePush(frame, { keys })).toMatchObject({ code: 'DLMS_AUTHENTICATION_FAILED' });
  });
});

describe('the sender of an APDU', () => {
  it('shows without keys, through blocks and signatures', () => {
    const sealed = encryptGeneralGlo(apdu, sealing);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const signed = encodeSigned(sealed, { privateKey, systemTitle, recipientTitle, transactionId });
    const title = new Uint8Array(systemTitle);
    expect(sealedSender(Buffer.concat(encodeBlocks(sealed, 16)))).toEqual({
      isCiphered: true,
      isEncrypted: true,
      isSigned: false,
      systemTitle: title,
    });
    expect(sealedSender(signed)).toMatchObject({ isCiphered: true, isSigned: true, systemTitle: title });
    expect(sealedSender(apdu)).toEqual({ isCiphered: false, isEncrypted: false, isSigned: false });
    expect(sealedSender(encodeBlocks(sealed, 16)[0]!)).toMatchObject({ code: 'DLMS_BLOCK_MISSING' });
  });
});

describe('a signed push', () => {
  it.each(['prime256v1', 'secp384r1'])('on %s is verified with the public key of its sender', (curve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const signing = { privateKey, systemTitle, recipientTitle, transactionId };
    const signed = encodeSigned(apdu, signing);
    const signatureKey = publicKey;
    expect(decodePush(signed, { keys: { ...keys, signatureKey } })).toMatchObject({
      device: { systemTitle: '4D4D533030303031' },
      authenticated: true,
      warnings: [],
    });
    expect(decodePush(signed)).toMatchObject({
      authenticated: false,
      measurements: [{ value: 'hello' }],
      warnings: [{ code: 'DLMS_SIGNATURE_NOT_VERIFIED' }],
    });
    for (const at of [2, 40, signed.length - 1]) {
      const changed = Buffer.from(signed);
      changed[at]! ^= 1;
      expect(decodePush(changed, { keys: { ...keys, signatureKey } })).toMatchObject({
        code: 'DLMS_SIGNATURE_INVALID',
      });
    }
    const both = encodeSigned(encryptGeneralGlo(apdu, sealing), signing);
    expect(decodePush(both, { keys: { ...keys, signatureKey } })).toMatchObject(read);
  });
});
