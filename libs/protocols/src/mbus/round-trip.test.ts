import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { scaleDecimal } from '../decimal.ts';
import type { DecodedPush } from '../measurement.ts';
import { encodeWired, encodeWireless, type MessageSecurity, type MessageToSend } from './encode-frame.ts';
import { profileRecords } from './encode-profile.ts';
import { encodeRecords, vib, type RecordToSend } from './encode-records.ts';
import { decodeMbus } from './frame.ts';

const key = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');
const water = { manufacturer: 'MTM', identification: '12345678', version: 0x01, deviceType: 0x07 };
const now = Date.UTC(2026, 6, 1, 12, 30);

function only(bytes: Uint8Array): DecodedPush {
  const [push, ...others] = decodeMbus(bytes, { key });
  expect(others).toEqual([]);
  if (!push || isDecodeError(push)) throw new Error(push ? `${push.code} ${push.message}` : 'nothing');
  return push;
}

const integerField = fc.constantFrom('int8', 'int16', 'int24', 'int32', 'int48', 'int64');
const bits = { int8: 8, int16: 16, int24: 24, int32: 32, int48: 48, int64: 64 };
const digits = { bcd2: 2, bcd4: 4, bcd6: 6, bcd8: 8, bcd12: 12 };

const integer = integerField.chain((field) =>
  fc
    .bigInt({ min: -(1n << BigInt(bits[field] - 1)) + 1n, max: (1n << BigInt(bits[field] - 1)) - 1n })
    .map((value) => ({ field, value })),
);
const bcd = fc
  .constantFrom('bcd2', 'bcd4', 'bcd6', 'bcd8', 'bcd12')
  .chain((field) =>
    fc
      .integer({ min: -(10 ** (digits[field] - 1)) + 1, max: 10 ** digits[field] - 1 })
      .map((value) => ({ field, value })),
  );
const record: fc.Arbitrary<RecordToSend> = fc.record({
  vib: fc.constantFrom(vib.volumeL, vib.energyWh, vib.flowLh, vib.energyExportWh, vib.baseVolumeL),
  data: fc.oneof(integer, bcd),
  storage: fc.oneof(fc.nat(300), fc.nat(2 ** 30)),
  tariff: fc.nat(200),
  subunit: fc.nat(60),
  extreme: fc.constantFrom('minimum' as const, 'maximum' as const, undefined),
});
const security: fc.Arbitrary<MessageSecurity | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant({ mode: 5 as const, key }),
  fc.nat(0xffff).map((counter) => ({ mode: 7 as const, key, counter })),
);
const encoders: readonly ((message: MessageToSend) => Uint8Array)[] = [
  (message) => encodeWired(message, 5),
  (message) => encodeWireless(message, 'A'),
  (message) => encodeWireless(message, 'B'),
  (message) => encodeWireless(message, 'stripped'),
];

describe('what is encoded', () => {
  it('decodes to the same records, in every frame and security', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 9 }),
        security,
        fc.constantFrom(...encoders),
        fc.nat(255),
        (records, secured, encode, accessNumber) => {
          const push = only(
            encode({ address: water, accessNumber, records: encodeRecords(records), security: secured }),
          );
          expect(push.device).toEqual({
            serialNumber: '12345678',
            address: 'mbus:MTM-12345678',
            manufacturer: 'MTM',
            medium: 'water',
            version: '01',
          });
          expect(push.authenticated).toBe(secured?.mode === 7 ? true : undefined);
          expect(push.measurements).toHaveLength(records.length);
          push.measurements.forEach((measurement, index) => {
            const { data, storage = 0, tariff = 0, subunit = 0, extreme } = records[index]!;
            const raw = 'value' in data ? data.value : 0;
            expect(BigInt(measurement.raw!)).toBe(BigInt(raw as number | bigint));
            expect(measurement.value).toBe(scaleDecimal(raw as bigint, measurement.scaler));
            expect(measurement).toMatchObject({
              storage: storage || undefined,
              tariff: tariff || undefined,
              subunit: subunit || undefined,
              extreme,
            });
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells the registers of the four supplies by their codes', () => {
    const supplies = [
      [0x02, vib.energyWh, '1.0.1.8.0.255', 'Wh', 0],
      [0x03, vib.baseVolumeL, '7.0.3.2.0.255', 'm3', -3],
      [0x04, vib.energyKWh, '6.0.1.0.0.255', 'Wh', 3],
      [0x07, vib.volumeL, '8.0.1.0.0.255', 'm3', -3],
    ] as const;
    for (const [deviceType, quantity, obis, unit, scaler] of supplies) {
      const records = encodeRecords([{ vib: quantity, data: { field: 'bcd8', value: 1234 } }]);
      const push = only(encodeWireless({ address: { ...water, deviceType }, accessNumber: 1, records }));
      expect(push.measurements).toMatchObject([{ obis, unit, scaler, raw: 1234 }]);
    }
  });

  it('dates a stored value by the date of its storage number, and the message by its clock', () => {
    const records = encodeRecords([
      { vib: vib.volumeL, data: { field: 'int32', value: 5000 } },
      { vib: vib.volumeL, storage: 1, data: { field: 'int32', value: 4000 } },
      { vib: vib.date, storage: 1, data: { field: 'date', value: Date.UTC(2026, 5, 30) } },
      { vib: vib.dateTime, data: { field: 'minutes', value: now } },
    ]);
    const push = only(encodeWireless({ address: water, accessNumber: 1, records }));
    expect(push.time).toBe('2026-07-01T12:30:00.000Z');
    expect(push.measurements.slice(0, 2)).toMatchObject([
      { obis: '8.0.1.0.0.255', value: '5.000' },
      { obis: '8.0.1.0.0.1', value: '4.000', time: '2026-06-30T00:00:00.000Z', storage: 1 },
    ]);
  });

  it('is a load profile where values lie at one distance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40_000), { minLength: 1, maxLength: 24 }),
        fc.constantFrom(900, 3600, 86_400, 60),
        (increments, intervalSeconds) => {
          let register = 1000;
          const values = increments.map((each) => (register += each));
          const profile = {
            vib: vib.volumeL,
            storage: 8,
            baseTime: now,
            base: 1000,
            intervalSeconds,
            values,
          };
          const push = only(
            encodeWireless({
              address: water,
              accessNumber: 9,
              records: encodeRecords(profileRecords(profile)),
            }),
          );
          expect(push.loadProfiles).toHaveLength(1);
          expect(push.loadProfiles[0]).toMatchObject({
            obis: '8.0.1.0.0.255',
            unit: 'm3',
            scaler: -3,
            accumulation: 'cumulative',
            start: now,
            intervalSeconds,
          });
          expect([...push.loadProfiles[0]!.values]).toEqual(values);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses what does not fit', () => {
    const long = encodeRecords([{ vib: vib.volumeL, data: { field: 'text', value: 'x'.repeat(190) } }]);
    const message = { address: water, accessNumber: 1, records: Buffer.concat([long, long]) };
    expect(() => encodeWireless(message)).toThrow(RangeError);
    expect(() => encodeWired(message)).toThrow(RangeError);
    expect(() => encodeWireless({ ...message, security: { mode: 5, key } })).toThrow(RangeError);
    expect(() => encodeRecords([{ vib: vib.volumeL, data: { field: 'int8', value: 128 } }])).toThrow(
      RangeError,
    );
    expect(() => encodeRecords([{ vib: vib.volumeL, data: { field: 'bcd2', value: -10 } }])).toThrow(
      RangeError,
    );
    expect(() => encodeRecords([{ vib: vib.date, data: { field: 'date', value: 0 } }])).toThrow(RangeError);
  });
});
