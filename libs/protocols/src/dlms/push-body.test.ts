import { describe, expect, it } from '@jest/globals';
import type { CosemData } from './axdr.ts';
import { encodeDateTime } from './date-time.ts';
import { obisOctets } from './obis.ts';
import { readPushBody } from './push-body.ts';

const structure = (...value: CosemData[]): CosemData => ({ type: 'structure', value });
const array = (...value: CosemData[]): CosemData => ({ type: 'array', value });
const code = (obis: string): CosemData => ({ type: 'octet-string', value: obisOctets(obis) });
const text = (value: string): CosemData => ({ type: 'octet-string', value: Buffer.from(value) });
const u32 = (value: number): CosemData => ({ type: 'double-long-unsigned', value });
const u16 = (value: number): CosemData => ({ type: 'long-unsigned', value });
const i8 = (value: number): CosemData => ({ type: 'integer', value });
const scaler = (power: number, unit: number) => structure(i8(power), { type: 'enum', value: unit });
const descriptor = (classId: number, obis: string, attribute: number, ...rest: CosemData[]) =>
  structure(u16(classId), code(obis), i8(attribute), ...rest);
const clock = (iso: string): CosemData => ({ type: 'octet-string', value: encodeDateTime(Date.parse(iso)) });

const values = (body: CosemData) =>
  readPushBody(body).measurements.map(({ obis, value, unit }) => [obis, value, unit]);
const energy = ['1.0.1.8.0.255', '123.45', 'Wh'];

describe('the shapes that meters push', () => {
  it.each<[string, CosemData]>([
    [
      'structures of code, value and scaler',
      array(structure(code('1.0.1.8.0.255'), u32(12345), scaler(-2, 30))),
    ],
    ['the same without the inner structures', structure(code('1.0.1.8.0.255'), u32(12345), scaler(-2, 30))],
    [
      'descriptors with values',
      array(
        structure(descriptor(3, '1.0.1.8.0.255', 2), u32(12345)),
        structure(descriptor(3, '1.0.1.8.0.255', 3), scaler(-2, 30)),
      ),
    ],
    [
      'descriptors laid flat',
      structure(
        u16(3),
        code('1.0.1.8.0.255'),
        i8(2),
        u32(12345),
        u16(3),
        code('1.0.1.8.0.255'),
        i8(3),
        scaler(-2, 30),
      ),
    ],
    [
      'an object list, then the values',
      structure(
        array(descriptor(3, '1.0.1.8.0.255', 2, u16(0)), descriptor(3, '1.0.1.8.0.255', 3, u16(0))),
        u32(12345),
        scaler(-2, 30),
      ),
    ],
    [
      'an object list that names itself',
      structure(
        array(
          descriptor(40, '0.0.25.9.0.255', 2, u16(0)),
          descriptor(3, '1.0.1.8.0.255', 2, u16(0)),
          descriptor(3, '1.0.1.8.0.255', 3, u16(0)),
        ),
        u32(12345),
        scaler(-2, 30),
      ),
    ],
  ])('%s', (_shape, body) => {
    expect(values(body)).toEqual([energy]);
  });

  it('code and value only: exact, without a unit that nobody sent', () => {
    expect(
      values(structure(text('Kamstrup_V0001'), code('1.0.1.8.0.255'), u32(7), code('1.0.2.8.0.255'), u32(0))),
    ).toEqual([
      ['0.0.0.0.0.0', 'Kamstrup_V0001', undefined],
      ['1.0.1.8.0.255', '7', undefined],
      ['1.0.2.8.0.255', '0', undefined],
    ]);
  });

  it('the device, the clock and events are told apart from measurements', () => {
    const body = readPushBody(
      structure(
        code('0.0.42.0.0.255'), text('MMX0001'),
        code('0.0.96.1.0.255'), text('SN-9'),
        code('0.0.1.0.0.255'), clock('2026-07-01T00:00:00Z'),
        code('0.0.96.11.0.255'), { type: 'unsigned', value: 40 },
      ),
    ); // prettier-ignore
    expect(body.device).toEqual({ logicalDeviceName: 'MMX0001', serialNumber: 'SN-9' });
    expect(body.clock).toMatchObject({ year: 2026, deviation: 0 });
    expect(body.events).toEqual([
      { obis: '0.0.96.11.0.255', code: 40, name: 'terminal cover removed', type: 'cover-opened' },
    ]);
  });

  it('a demand register keeps the time at which it was captured', () => {
    const maximum = '1.0.1.6.0.255';
    const body = readPushBody(
      array(
        structure(descriptor(4, maximum, 2), u32(4200)),
        structure(descriptor(4, maximum, 3), scaler(0, 27)),
        structure(descriptor(4, maximum, 5), clock('2026-07-01T18:45:00Z')),
      ),
    );
    expect(body.measurements).toMatchObject([
      {
        obis: maximum,
        quantity: 'maximum active power import',
        value: '4200',
        unit: 'W',
        time: '2026-07-01T18:45:00.000Z',
      },
    ]);
  });

  it('a value that the meter does not have is said to be missing', () => {
    const body = readPushBody(structure(code('1.0.1.8.0.255'), { type: 'null-data' }));
    expect(body.measurements).toEqual([]);
    expect(body.warnings).toMatchObject([{ code: 'VALUE_MISSING' }]);
  });

  it('a profile that does not describe itself is read as it is known to be, and else reported', () => {
    const rows = array(
      structure(clock('2026-07-01T00:15:00Z'), u32(5)),
      structure({ type: 'null-data' }, u32(6)),
    );
    const body = structure(descriptor(7, '1.0.99.1.0.255', 2), rows);
    expect(readPushBody(body).warnings).toMatchObject([{ code: 'PROFILE_NOT_DESCRIBED' }]);
    const known = {
      captureObjects: [
        { classId: 8, obis: '0.0.1.0.0.255', attribute: 2 },
        { classId: 3, obis: '1.0.1.29.0.255', attribute: 2 },
      ],
      capturePeriodSeconds: 900,
      scalerUnits: { '1.0.1.29.0.255': { scaler: 1, unitCode: 30 } },
    };
    expect(readPushBody(body, { profiles: { '1.0.99.1.0.255': known } }).loadProfiles).toMatchObject([
      { start: Date.parse('2026-07-01T00:00:00Z'), scaler: 1, unit: 'Wh', values: Float64Array.of(5, 6) },
    ]);
  });
});
