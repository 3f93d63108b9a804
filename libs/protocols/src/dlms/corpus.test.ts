import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isDecodeError, type DecodeError } from '../decode-error.ts';
import { fromHex, toHex } from '../hex.ts';
import { decodeAssociationRequest, encodeAssociationRequest } from './association.ts';
import { decodeData } from './axdr.ts';
import { readCiphered } from './ciphering.ts';
import { decrypt } from './decryption.ts';
import { encryptGeneralGlo } from './sealing.ts';
import { decodeDataNotification } from './data-notification.ts';
import { parseDateTime, toInstant } from './date-time.ts';
import { frameCheckSequence } from './frame-check-sequence.ts';
import { decodeFrame } from './frame.ts';
import { gmac } from './gmac.ts';
import { decodeHdlc } from './hdlc.ts';
import { stripLlc } from './llc.ts';
import { decodeProfile } from './profile-generic.ts';
import { decodeWrapper } from './wrapper.ts';

const corpus = process.env['METERMESH_CORPUS'];

interface PushCase {
  name: string;
  frame_hex: string;
  key_hex?: string;
  expected_object_count: number;
  expected_strings: Record<string, string>;
  expected_floats: Record<string, number>;
}

const octets = (hex: string) => decoded(fromHex(hex));

function decoded<T>(result: T | DecodeError): T {
  if (isDecodeError(result)) throw new Error(`${result.code} at ${result.offset}: ${result.message}`);
  return result;
}

const read = (file: string) => JSON.parse(readFileSync(join(corpus!, 'dlms', file), 'utf8'));

(corpus ? describe : describe.skip)('pushes of real meters (METERMESH_CORPUS)', () => {
  const meters: PushCase[] = corpus ? read('push-frames.json') : [];

  it('are there to compare with', () => {
    expect(meters.length).toBeGreaterThanOrEqual(6);
  });

  for (const meter of meters) {
    it(`${meter.name} says what it is known to say, and nothing else`, () => {
      const keys = meter.key_hex ? { encryptionKey: octets(meter.key_hex) } : undefined;
      const [push, ...others] = decodeFrame(octets(meter.frame_hex), { keys }).map(decoded);
      expect(others).toEqual([]);
      const measured = new Map(push!.measurements.map(({ obis, value }) => [obis, value]));
      for (const [obis, text] of Object.entries(meter.expected_strings))
        expect([obis, measured.get(obis)]).toEqual([obis, text]);
      for (const [obis, number] of Object.entries(meter.expected_floats)) {
        expect([obis, Number(measured.get(obis))]).toEqual([obis, number]);
      }
      const expected = { ...meter.expected_strings, ...meter.expected_floats };
      expect(push!.measurements.filter(({ obis }) => !(obis in expected)).map(({ obis }) => obis)).toEqual(
        meter.name === 'hdlc_lgz_e450_2' ? ['0.0.0.0.0.0'] : [],
      );
    });
  }
});

(corpus ? describe : describe.skip)('published DLMS vectors (METERMESH_CORPUS)', () => {
  const vectors = corpus ? read('vectors.json') : {};

  it('encrypted pushes in the wrapper open to their plain APDUs', () => {
    for (const vector of vectors.wrapper_encrypted_push) {
      const frames = decodeWrapper(octets(vector.hex)).map(decoded);
      expect(frames).toMatchObject([
        { source: vector.wrapper.source_wport, destination: vector.wrapper.destination_wport },
      ]);
      expect(frames[0]!.payload).toHaveLength(vector.wrapper.length);
      const ciphered = decoded(readCiphered(frames[0]!.payload));
      expect(toHex(ciphered.systemTitle!)).toBe(vector.system_title.toUpperCase());
      const keys = {
        encryptionKey: octets(vector.encryption_key),
        authenticationKey: octets(vector.authentication_key),
      };
      const opened = decoded(decrypt(ciphered, keys));
      expect(toHex(opened.apdu)).toBe(vector.plain_apdu.toUpperCase());
      expect(opened.authenticated).toBe(true);
      expect(
        decodeFrame(octets(vector.hex), { keys: { ...keys, authenticationKey: octets('00'.repeat(16)) } }),
      ).toMatchObject([{ code: 'DLMS_DECRYPTION_FAILED' }]);
    }
  });

  it('AES-GCM seals to the published octets', () => {
    for (const vector of vectors.gcm) {
      const sealed = encryptGeneralGlo(octets(vector.plain), {
        systemTitle: octets(vector.system_title),
        invocationCounter: Number.parseInt(vector.invocation_counter, 16),
        keys: {
          encryptionKey: octets(vector.encryption_key),
          authenticationKey: octets(vector.authentication_key),
        },
      });
      expect(toHex(sealed)).toBe(
        `DB08${vector.system_title}1E${vector.security_control}${vector.invocation_counter}${vector.cipher_and_tag}`,
      );
    }
  });

  it('HLS-GMAC answers a challenge as published', () => {
    for (const vector of vectors.gmac) {
      const answer = gmac(octets(vector.challenge), {
        systemTitle: octets(vector.system_title),
        invocationCounter: Number.parseInt(vector.invocation_counter, 16),
        keys: {
          encryptionKey: octets(vector.encryption_key),
          authenticationKey: octets(vector.authentication_key),
        },
      });
      expect(toHex(answer)).toBe(`${vector.security_control}${vector.invocation_counter}${vector.tag}`);
    }
  });

  it('data-notifications, date-times and check sequences read as published', () => {
    for (const vector of vectors.data_notification) {
      const { invokeId, time, body } = decoded(decodeDataNotification(octets(vector.hex)));
      expect({ id: invokeId.id, time }).toEqual({
        id: vector.invoke_id,
        time: vector.date_time ?? undefined,
      });
      expect(body).toMatchObject({ type: 'octet-string', value: { length: vector.body_octets } });
    }
    for (const vector of vectors.cosem_datetime) {
      const time = parseDateTime(octets(vector.hex))!;
      const [iso] = vector.iso.split(' (');
      expect(toInstant(time)).toBe(Date.parse(vector.iso.includes('(no offset)') ? `${iso}Z` : iso));
      expect(time.deviation === undefined).toBe(vector.iso.includes('(no offset)'));
    }
    for (const vector of vectors.crc_hcs) {
      const check = frameCheckSequence(octets(vector.data));
      expect(toHex(Uint8Array.of(check & 0xff, check >> 8))).toBe(vector.crc.toUpperCase());
    }
  });

  it('HDLC link frames have their addresses', () => {
    for (const vector of vectors.hdlc) {
      expect(decodeHdlc(octets(vector.hex))).toMatchObject([
        { destination: { upper: 1, lower: 17 }, source: { upper: 16 }, segmented: false },
      ]);
    }
  });

  it('an AARQ in an information frame reads, and is what we would send', () => {
    const vector = vectors.hdlc.find(({ name }: { name: string }) => name === 'I AARQ');
    const [frame] = decodeHdlc(octets(vector.hex));
    const apdu = stripLlc(decoded(frame!).information);
    const request = decoded(decodeAssociationRequest(apdu));
    expect(request).toMatchObject({ context: 'logical-name', mechanism: 'lowest' });
    expect(toHex(encodeAssociationRequest(request))).toBe(toHex(apdu));
  });

  it('profile rows without times are placed by the capture period', () => {
    for (const vector of vectors.profile_generic_buffer) {
      const { loadProfiles, warnings } = decodeProfile(decoded(decodeData(octets(vector.hex))), {
        captureObjects: vector.capture_objects.map((obis: string) => ({
          classId: obis.startsWith('0.0.1.') ? 8 : 3,
          obis,
          attribute: 2,
        })),
        capturePeriodSeconds: vector.capture_period_min * 60,
        scalerUnit: () => undefined,
      });
      expect(warnings).toEqual([]);
      const start = Date.parse('2019-12-31T23:00:00+01:00') - 3_600_000;
      expect(loadProfiles).toMatchObject([
        { obis: '1.0.1.8.0.255', start, intervalSeconds: 3600, accumulation: 'cumulative' },
        { obis: '1.0.2.8.0.255', start },
      ]);
      expect(loadProfiles.map(({ values }) => [...values])).toEqual([
        Array(4).fill(1517),
        Array(4).fill(1620),
      ]);
      expect([...loadProfiles[0]!.statuses!]).toEqual([6, 6, 6, 6]);
    }
  });
});
