import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import { fromHex } from '../hex.ts';
import type { DecodedPush } from '../measurement.ts';
import { crc16 } from './crc.ts';
import { encodeWired, encodeWireless, type MessageToSend } from './encode-frame.ts';
import { encodeRecords, vib } from './encode-records.ts';
import { decodeMbus } from './frame.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const key = octets('000102030405060708090A0B0C0D0E0F');
const otherKey = octets('0F0E0D0C0B0A09080706050403020100');
const address = { manufacturer: 'MTM', identification: '12345678', version: 1, deviceType: 0x07 };
const volume = { vib: vib.volumeL, data: { field: 'int32', value: 1234 } } as const;
const message: MessageToSend = { address, accessNumber: 7, records: encodeRecords([volume]) };
const long = encodeRecords(Array.from({ length: 20 }, (_, storage) => ({ ...volume, storage })));

function changed(frame: Uint8Array, at: number, octet: number): Uint8Array {
  const copy = new Uint8Array(frame);
  copy[at < 0 ? copy.length + at : at] = octet;
  return copy;
}

/** A frame of a water meter without checks around whatever comes after the link layer. */
function wireless(hex: string, control = 0x44): Uint8Array {
  const body = octets(`AD3578563412 0107 ${hex}`);
  return Uint8Array.of(body.length + 1, control, ...body);
}

const records = (hex: string) => wireless(`7A 00 00 0000 ${hex}`);

function push(frame: Uint8Array): DecodedPush {
  const [decoded] = decodeMbus(frame);
  if (!decoded || isDecodeError(decoded)) throw new Error(decoded?.message);
  return decoded;
}

const wired = encodeWired(message);
const formatA = encodeWireless(message, 'A');
const formatB = encodeWireless({ ...message, records: long }, 'B');
const mode5 = encodeWireless({ ...message, security: { mode: 5, key } }, 'A');
const mode7 = encodeWireless({ ...message, security: { mode: 7, key, counter: 9 } }, 'stripped');

describe('a bad frame', () => {
  it.each<[code: string, what: string, frame: Uint8Array, offset: number]>([
    ['FRAME_TRUNCATED', 'no octets', new Uint8Array(0), 0],
    ['MBUS_FRAME_UNKNOWN', 'another protocol', octets('7EA0070321131A0B7E'), 0],
    ['MBUS_FRAME_UNKNOWN', 'one octet', octets('68'), 0],
    ['FRAME_TRUNCATED', 'a wired frame cut', wired.subarray(0, -3), wired.length - 3],
    ['MBUS_CHECKSUM_MISMATCH', 'a wrong checksum', changed(wired, -2, 0), wired.length - 2],
    ['MBUS_STOP_MISSING', 'no stop octet', changed(wired, -1, 0), wired.length - 1],
    ['MBUS_LENGTH_INVALID', 'a wired length of 2', octets('68020268080008 16'), 1],
    ['MBUS_CHECKSUM_MISMATCH', 'a short frame with a wrong checksum', octets('105B00FF16'), 3],
    ['MBUS_CRC_MISMATCH', 'a first block damaged', changed(formatA, 5, 0), 0],
    ['MBUS_CRC_MISMATCH', 'a second block damaged', changed(formatA, 15, 0xff), 12],
    ['FRAME_TRUNCATED', 'a wireless frame cut', formatA.subarray(0, -4), formatA.length - 4],
    ['MBUS_CRC_MISMATCH', 'the last block of format B damaged', changed(formatB, -1, 0), 128],
    ['MBUS_KEY_MISSING', 'mode 5 without a key', mode5, 17],
    ['MBUS_KEY_MISSING', 'mode 7 without a key', mode7, 33],
    ['MBUS_SECURITY_MODE_UNSUPPORTED', 'TLS (mode 13)', wireless('7A 00 00 100D 00 0000'), 16],
    ['MBUS_SECURITY_MODE_UNSUPPORTED', 'AES-GCM (mode 9)', wireless('7A 00 00 1009 0000'), 15],
    ['FRAME_TRUNCATED', 'fewer blocks than announced', wireless('7A 00 00 2005 0102030405'), 20],
    ['FRAME_TRUNCATED', 'a transport header cut', wireless('7A 00 00'), 13],
    ['MBUS_CI_UNSUPPORTED', 'DLMS within M-Bus', wireless('7D 00 00 0000'), 10],
    ['MBUS_CI_UNSUPPORTED', 'a reserved CI field', wireless('3F 00'), 10],
    ['MBUS_PAYLOAD_PRIVATE', 'a CI field of the manufacturer', wireless('A2 010203'), 10],
    ['MBUS_PAYLOAD_PRIVATE', 'nothing but manufacturer data', records('0F 010203'), 15],
    ['MBUS_APPLICATION_ERROR', 'an application error', wireless('6E 00 00 0000 08'), 15],
    ['MBUS_FORMAT_UNKNOWN', 'a compact frame of an unknown format', wireless('79 ABCD 0000 01'), 11],
    ['FRAME_TRUNCATED', 'a compact frame cut', wireless('79 ABCD'), 13],
    [
      'MBUS_CRC_MISMATCH',
      'a compact frame of other values',
      wireless('79 34DD 0000 0000 00000000 00000000'),
      13,
    ],
    ['FRAME_TRUNCATED', 'an extended link layer cut', wireless('8D 20 01'), 13],
    [
      'MBUS_CRC_MISMATCH',
      'a payload CRC that is wrong',
      wireless('8D 20 01 00000000 FFFF 78 0413 00000000'),
      17,
    ],
    ['MBUS_KEY_MISSING', 'an encrypted link layer', wireless('8D 20 01 00000020 FFFF 78 0413 00000000'), 10],
    ['MBUS_FRAGMENT_MISSING', 'a message that goes on', wireless('90 02 0140 7A 00 00 0000 0413'), 0],
    ['MBUS_FRAGMENT_MISSING', 'the end of a message', wireless('90 02 0300 0413 00000000'), 14],
    ['FRAME_TRUNCATED', 'a fragmentation layer cut', wireless('90 0F 002C 25'), 11],
    ['FRAME_TRUNCATED', 'a first record cut', records('0413 0000'), 17],
    ['FRAME_TRUNCATED', 'a variable length beyond the frame', records('0D FD11 20 41'), 19],
    ['MBUS_RECORD_INVALID', 'a reserved variable length', records('0D FD11 FF'), 18],
    ['MBUS_RECORD_INVALID', 'a reserved DIF', records('3F'), 15],
    ['MBUS_RECORD_INVALID', 'eleven DIFEs', records(`84${'80'.repeat(11)}00 13 00000000`), 15],
    ['MBUS_RECORD_INVALID', 'too many VIFEs', records(`04 93${'F0'.repeat(14)}00 00000000`), 16],
  ])('is answered with %s: %s', (code, _what, frame, offset) => {
    const results = decodeMbus(frame);
    expect(results.at(-1)).toMatchObject({ code, offset, message: expect.stringMatching(/.{15}/) });
  });

  it('is told from one with a wrong key', () => {
    expect(decodeMbus(mode5, { key: otherKey })).toMatchObject([{ code: 'MBUS_DECRYPTION_FAILED' }]);
    expect(decodeMbus(mode7, { key: otherKey })).toMatchObject([{ code: 'MBUS_DECRYPTION_FAILED' }]);
    expect(decodeMbus(mode5, { key: key.subarray(1) })).toMatchObject([{ code: 'MBUS_KEY_INVALID' }]);
  });

  it('is told from one that somebody changed', () => {
    const recounted = changed(mode7, 15, mode7[15]! ^ 1);
    expect(decodeMbus(recounted, { key })).toMatchObject([{ code: 'MBUS_DECRYPTION_FAILED' }]);
    const forged = changed(mode7, 21, mode7[21]! ^ 1);
    expect(decodeMbus(forged, { key })).toMatchObject([{ code: 'MBUS_MAC_MISMATCH' }]);
  });

  it('leaves those before it as they are', () => {
    const results = decodeMbus(Buffer.concat([wired, wired, changed(wired, -2, 0)]));
    expect(
      results.map((result) => (isDecodeError(result) ? result.code : result.measurements.length)),
    ).toEqual([1, 1, 'MBUS_CHECKSUM_MISMATCH']);
  });
});

describe('a frame that leaves something open', () => {
  it('without data is no error', () => {
    for (const frame of ['E5', '105B005B16', '68030368 53FE BD 0E16']) {
      expect(decodeMbus(octets(frame)).length).toBe(1);
    }
    expect(decodeMbus(octets('E5'))).toMatchObject([
      { device: {}, warnings: [{ code: 'MBUS_WITHOUT_DATA' }] },
    ]);
  });

  it('is read as far as its records go', () => {
    expect(push(records('0413 D2040000 0413 0000'))).toMatchObject({
      measurements: [{ value: '1.234' }],
      warnings: [{ code: 'MBUS_RECORDS_INCOMPLETE' }],
    });
  });

  it('says which values the meter does not have', () => {
    const { measurements, warnings } = push(
      records('0C13 FFFFFFFF 0413 00000080 426C FFFF 0B13 010A00 0413 01000000'),
    );
    expect(measurements).toMatchObject([{ value: '0.001' }]);
    expect(warnings).toHaveLength(4);
    expect(warnings.every(({ code }) => code === 'MBUS_VALUE_MISSING')).toBe(true);
  });

  it('names what the tables do not have by its octets', () => {
    expect(push(records('04 FD7F 01000000 04 FF0A 02000000 04 937F 03000000')).measurements).toMatchObject([
      { obis: '0.0.0.0.0.0', code: 'vif:FD7F', value: '1', raw: 1 },
      { obis: '0.0.0.0.0.0', code: 'vif:FF0A', value: '2' },
      { obis: '0.0.0.0.0.0', code: 'vif:937F', raw: 3 },
    ]);
  });

  it('keeps what a record error is about', () => {
    expect(push(records('00 9315 0413 01000000'))).toMatchObject({
      measurements: [{ value: '0.001' }],
      warnings: [{ code: 'MBUS_RECORD_ERROR', message: expect.stringContaining('no data available') }],
    });
  });

  it('says that more records follow', () => {
    expect(push(records('0413 01000000 1F'))).toMatchObject({
      warnings: [{ code: 'MBUS_MORE_RECORDS_FOLLOW' }],
    });
  });

  it('was decrypted by the receiver: nothing is opened, nothing is proven', () => {
    const plain = wireless(`7A 00 00 1005 2F2F 0413 D2040000 ${'2F'.repeat(8)}`);
    expect(push(plain)).toMatchObject({ measurements: [{ value: '1.234' }], authenticated: undefined });
  });
});

describe('what a status octet says', () => {
  it.each([
    [0x04, 'battery-low'],
    [0x08, 'self-check-failed'],
    [0x10, 'other'],
    [0x03, 'other'],
  ])('%d is %s', (status, type) => {
    expect(push(encodeWireless({ ...message, status }))).toMatchObject({ events: [{ type }] });
  });

  it('lasts, so that the time of the frame is not when it began', () => {
    const { time, events } = push(wireless('7A 00 04 0000 046D1E0A2136'));
    expect(time).toMatch(/^2025-06-01T10:30/);
    expect(events).toEqual([{ code: 'status:4', name: 'power low', type: 'battery-low' }]);
  });

  it('and error flags that are set', () => {
    const flags = encodeRecords([{ vib: vib.errorFlags, data: { field: 'int16', value: 4 } }]);
    expect(push(encodeWireless({ ...message, records: flags }))).toMatchObject({
      measurements: [{ obis: '0.0.97.97.0.255', value: '0004' }],
      events: [{ code: 'error-flags:0004' }],
    });
    expect(push(encodeWireless(message)).events).toEqual([]);
  });
});

describe('a message in fragments', () => {
  it('is put together from the frames of one call', () => {
    const first = wireless('90 02 0140 7A 00 00 0000 0413 D204');
    const last = wireless('90 02 0200 0000 0213 0100');
    expect(decodeMbus(Buffer.concat([first, last]))).toMatchObject([
      { measurements: [{ value: '1.234' }, { value: '0.001' }] },
    ]);
  });
});

describe('a compact frame', () => {
  const headers = octets('0413 023B');
  const full = octets('0413 D2040000 023B 0500');
  const little = (crc: number) =>
    crc
      .toString(16)
      .padStart(4, '0')
      .replace(/(..)(..)/, '$2$1');
  const signature = little(crc16(headers));
  const compact = wireless(`79 ${signature} ${little(crc16(full))} D2040000 0500`);
  const readings = { measurements: [{ value: '1.234' }, { value: '0.005', unit: 'm3/h' }] };

  it('is read with the full frame before it', () => {
    const frames = Buffer.concat([wireless('78 0413 01000000 023B 0000'), compact]);
    expect(decodeMbus(frames)[1]).toMatchObject(readings);
  });

  it('is read with a format frame before it', () => {
    const frames = Buffer.concat([wireless(`69 06 ${signature} 0413 023B`), compact]);
    expect(decodeMbus(frames)[1]).toMatchObject(readings);
    expect(decodeMbus(wireless('69 06 0000 0413 023B'))).toMatchObject([{ code: 'MBUS_CRC_MISMATCH' }]);
  });

  it('is not read with neither', () => {
    expect(decodeMbus(compact)).toMatchObject([{ code: 'MBUS_FORMAT_UNKNOWN', offset: 11 }]);
  });
});
