import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteReader } from '../byte-reader.ts';
import { readData, type CosemData } from './axdr.ts';
import { encodeDataNotification } from './data-notification.ts';
import { encodeDateTime } from './date-time.ts';
import { readDescribedPush } from './described-push.ts';
import { CLOCK, LOAD_PROFILE_1, obisOctets, PROFILE_STATUS, PUSH_SETUP } from './obis.ts';
import { readPushBody, readPushObjects } from './push-body.ts';

const begin = Date.parse('2026-06-30T15:00:00Z');
const NULL: CosemData = { type: 'null-data' };
const number = (type: string, min: number, max: number) =>
  fc.integer({ min, max }).map((value) => ({ type, value }) as CosemData);

/** What meters put into the rows of a profile, and a little that they should not. */
const cell: fc.Arbitrary<CosemData> = fc.oneof(
  { arbitrary: number('double-long-unsigned', 0, 0xffff_ffff), weight: 40 },
  number('double-long', -(2 ** 31), 2 ** 31 - 1),
  number('long-unsigned', 0, 0xffff),
  number('long', -0x8000, 0x7fff),
  number('unsigned', 0, 255),
  number('integer', -128, 127),
  number('enum', 0, 255),
  number('delta-integer', -128, 127),
  number('delta-long', -0x8000, 0x7fff),
  number('delta-double-long', -(2 ** 31), 2 ** 31 - 1),
  number('delta-unsigned', 0, 255),
  number('delta-long-unsigned', 0, 0xffff),
  number('delta-double-long-unsigned', 0, 0xffff_ffff),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): CosemData => ({ type: 'long64', value })),
  fc.bigInt({ min: 0n, max: 2n ** 55n }).map((value): CosemData => ({ type: 'long64-unsigned', value })),
  fc.constant<CosemData>({ type: 'dont-care' }),
  { arbitrary: fc.constant(NULL), weight: 20 },
  { arbitrary: fc.constant<CosemData>({ type: 'float32', value: 1.5 }), weight: 1 },
  { arbitrary: fc.constant<CosemData>({ type: 'visible-string', value: 'x' }), weight: 1 },
);

const clockCell: fc.Arbitrary<CosemData> = fc.oneof(
  { arbitrary: fc.constant(NULL), weight: 15 },
  {
    arbitrary: fc.integer({ min: 0, max: 300 }).map((quarter): CosemData => ({
      type: 'octet-string',
      value: encodeDateTime(begin + quarter * 900_000, -540),
    })),
    weight: 10,
  },
  {
    arbitrary: fc.constant<CosemData>({ type: 'octet-string', value: new Uint8Array(12).fill(0xff) }),
    weight: 1,
  },
);

const descriptor = (classId: number, obis: string, attribute: number): CosemData => ({
  type: 'structure',
  value: [
    { type: 'long-unsigned', value: classId },
    { type: 'octet-string', value: obisOctets(obis) },
    { type: 'integer', value: attribute },
    { type: 'long-unsigned', value: 0 },
  ],
});

const channels = ['1.0.1.29.0.255', '1.0.2.8.0.255'];
const captured: CosemData = {
  type: 'array',
  value: [
    descriptor(8, CLOCK, 2),
    descriptor(1, PROFILE_STATUS, 2),
    ...channels.map((obis) => descriptor(3, obis, 2)),
  ],
};
const scalerUnit: CosemData = {
  type: 'structure',
  value: [
    { type: 'integer', value: -1 },
    { type: 'enum', value: 30 },
  ],
};

const wellKnownRow: CosemData[] = [
  { type: 'octet-string', value: encodeDateTime(begin, -540) },
  ...[1, 2, 3].map((value): CosemData => ({ type: 'double-long-unsigned', value })),
];

/** A body of the list that names itself and the values, in the order of `entries`. */
function bodyOf(entries: readonly (readonly [CosemData, CosemData])[]): CosemData {
  const list = [descriptor(40, PUSH_SETUP, 2), ...entries.map(([named]) => named)];
  return { type: 'structure', value: [{ type: 'array', value: list }, ...entries.map(([, value]) => value)] };
}

const pushBody = fc
  .record({
    rows: fc.array(fc.tuple(clockCell, cell, cell, cell), { maxLength: 12 }),
    period: fc.constantFrom(900, 900, 900, 3600, 0),
    register: cell,
    describedFirst: fc.boolean(),
    startsWell: fc.boolean(),
  })
  .map(({ rows, period, register, describedFirst, startsWell }) => {
    const buffer: CosemData = {
      type: 'array',
      value: (startsWell ? [wellKnownRow, ...rows] : rows).map((value): CosemData => ({
        type: 'structure',
        value,
      })),
    };
    const profile = (attribute: number) => descriptor(7, LOAD_PROFILE_1, attribute);
    const described: [CosemData, CosemData][] = [
      [profile(3), captured],
      [profile(4), { type: 'double-long-unsigned', value: period }],
    ];
    return bodyOf([
      [descriptor(1, '0.0.96.1.0.255', 2), { type: 'octet-string', value: Buffer.from('MM1') }],
      ...(describedFirst ? described : []),
      [profile(2), buffer],
      ...(describedFirst ? [] : described),
      [descriptor(3, channels[0]!, 3), scalerUnit],
      [descriptor(3, '1.0.1.8.0.255', 2), register],
      [descriptor(3, '1.0.1.8.0.255', 3), scalerUnit],
    ]);
  });

const apduOf = (body: CosemData) =>
  encodeDataNotification({ invokeId: { id: 1, confirmed: true, highPriority: false }, body });
const bodyAt = 6;

function generally(apdu: Uint8Array) {
  const reader = new ByteReader(apdu);
  reader.offset = bodyAt;
  return readPushBody(readData(reader));
}

describe('the fast way through a push that describes itself', () => {
  it('answers what the general way answers, or leaves it to that', () => {
    let taken = 0;
    fc.assert(
      fc.property(pushBody, (body) => {
        const apdu = apduOf(body);
        const objects = readDescribedPush(apdu, bodyAt);
        if (!objects) return;
        taken += 1;
        expect(readPushObjects(objects)).toEqual(generally(apdu));
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  it('leaves what is cut short, or goes on too long, to the general way', () => {
    const apdu = apduOf(
      bodyOf([
        [descriptor(7, LOAD_PROFILE_1, 3), captured],
        [descriptor(7, LOAD_PROFILE_1, 4), { type: 'double-long-unsigned', value: 900 }],
        [
          descriptor(7, LOAD_PROFILE_1, 2),
          {
            type: 'array',
            value: [
              {
                type: 'structure',
                value: [
                  { type: 'octet-string', value: encodeDateTime(begin) },
                  { type: 'unsigned', value: 0 },
                  { type: 'double-long-unsigned', value: 1 },
                  { type: 'double-long-unsigned', value: 2 },
                ],
              },
            ],
          },
        ],
      ]),
    );
    expect(readDescribedPush(apdu, bodyAt)).toBeDefined();
    for (let length = 0; length < apdu.length; length++) {
      expect(readDescribedPush(apdu.subarray(0, length), bodyAt)).toBeUndefined();
    }
    expect(readDescribedPush(Buffer.concat([apdu, Buffer.of(0)]), bodyAt)).toBeUndefined();
  });
});
