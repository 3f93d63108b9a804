import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeviceAddress } from '@metermesh/metering';
import { encryptGeneralGlo } from '../dlms/sealing.ts';
import { toHex } from '../hex.ts';
import type { DecodedPush } from '../measurement.ts';
import { dsmr } from './codec.ts';
import { encodeTelegram, type P1Telegram } from './encode-telegram.ts';
import { splitByDevice } from './m-bus-devices.ts';
import { decodeTelegram } from './telegram-push.ts';

const summer = Date.parse('2026-07-01T10:15:00Z');
const winter = Date.parse('2026-01-01T10:15:00Z');

const telegram: P1Telegram = {
  identification: 'MMS5METERMESH',
  version: '50',
  sentAt: summer,
  identifier: 'E0012345678901234',
  readings: [
    { obis: '1.0.1.8.1.255', value: '004321.567', unit: 'kWh' },
    { obis: '1.0.1.7.0.255', value: '00.170', unit: 'kW' },
    { obis: '0.0.96.13.0.255', value: '48616C6C6F' },
  ],
  devices: [
    {
      channel: 1,
      type: 3,
      identifier: 'G0099',
      value: '00981.443',
      unit: 'm3',
      capturedAt: summer - 900_000,
    },
    {
      channel: 2,
      type: 7,
      identifier: 'W0042',
      value: '00012.100',
      unit: 'm3',
      capturedAt: summer - 600_000,
    },
    { channel: 3, type: 4, identifier: 'H0007', value: '00003.25', unit: 'GJ', capturedAt: summer - 300_000 },
  ],
  powerFailures: [{ endedAt: winter, seconds: 3600 }],
};

const decoded = (octets: Uint8Array) => decodeTelegram(octets) as DecodedPush;
const text = (lines: string) => Buffer.from(lines.replaceAll('\n', '\r\n'), 'latin1');

describe('a telegram', () => {
  it('says who sent it when, and what, without prefixes', () => {
    const push = decoded(encodeTelegram(telegram));
    expect(push).toMatchObject({
      device: {
        serialNumber: 'E0012345678901234',
        address: 'dsmr:E0012345678901234',
        manufacturer: 'MMS',
        version: '50',
      },
      time: '2026-07-01T10:15:00.000Z',
      warnings: [],
    });
    expect(push.measurements).toContainEqual(
      expect.objectContaining({ obis: '1.0.1.8.1.255', value: '4321567', unit: 'Wh', tariff: 1 }),
    );
    expect(push.measurements).toContainEqual(
      expect.objectContaining({ obis: '0.0.96.13.0.255', value: '48616C6C6F' }),
    );
  });

  it('tells long power failures as two events with their times', () => {
    expect(decoded(encodeTelegram(telegram)).events).toMatchObject([
      { type: 'power-down', time: '2026-01-01T09:15:00.000Z', obis: '1.0.99.97.0.255' },
      { type: 'power-up', time: '2026-01-01T10:15:00.000Z' },
    ]);
  });

  it('speaks for its M-Bus devices, each with the register of its medium and its time of capture', () => {
    const [own, gas, water, heat, ...others] = splitByDevice(decoded(encodeTelegram(telegram)));
    expect(others).toEqual([]);
    expect(own!.measurements.every(({ obis }) => !/^0\.[1-9]/.test(obis))).toBe(true);
    expect(own!.events).toHaveLength(2);
    expect([gas, water, heat].map((push) => [push!.device.address, push!.device.medium])).toEqual([
      ['dsmr:G0099', 'gas'],
      ['dsmr:W0042', 'water'],
      ['dsmr:H0007', 'heat'],
    ]);
    const reading = (push?: DecodedPush) => push?.measurements.find(({ code }) => code?.includes('.24.2.1'));
    expect(reading(gas)).toMatchObject({
      obis: '7.0.3.0.0.255',
      value: '981.443',
      unit: 'm3',
      time: '2026-07-01T10:00:00.000Z',
    });
    expect(reading(water)).toMatchObject({ obis: '8.0.1.0.0.255', value: '12.100' });
    expect(reading(heat)).toMatchObject({ obis: '6.0.1.0.0.255', value: '3250000000', unit: 'J' });
    expect(isDeviceAddress(gas!.device.address!)).toBe(true);
  });

  it('has no M-Bus device where none is bound to the channel', () => {
    const push = decoded(
      text('/MMS5\n\n0-1:24.1.0(003)\n0-1:96.1.0()\n0-1:24.2.1(700101010000W)(00000000)\n!\n'),
    );
    expect(splitByDevice(push)).toHaveLength(1);
  });

  it('of version 2 or 3 has the hourly gas value on a second line, and local times without S or W', () => {
    const push = decoded(
      text(
        '/ISk5\\2MT382-1000\n\n0-1:24.1.0(3)\n0-1:96.1.0(3031)\n0-1:24.3.0(120517020000)(08)(60)(1)(0-1:24.2.1)(m3)\n(00124.477)\n!\n',
      ),
    );
    expect(push.measurements.at(-1)).toMatchObject({
      obis: '0.1.24.3.0.255',
      code: '0-1:24.2.1',
      quantity: 'gas volume',
      value: '124.477',
      unit: 'm3',
      time: '2012-05-17T00:00:00.000Z',
    });
    expect(splitByDevice(push)[1]!.measurements.at(-1)).toMatchObject({ obis: '7.0.3.0.0.255' });
  });

  it('of Sweden has reactive registers, and a clock that the caller may place elsewhere', () => {
    const swedish = text(
      '/ELL5\\253833635_A\n\n0-0:1.0.0(210217184019W)\n1-0:3.8.0(00000021.988*kvarh)\n1-0:23.7.0(0000.100*kvar)\n!\n',
    );
    expect(decoded(swedish)).toMatchObject({
      time: '2021-02-17T17:40:19.000Z',
      measurements: [
        { obis: '1.0.3.8.0.255', quantity: 'reactive energy import', value: '21988', unit: 'varh' },
        { obis: '1.0.23.7.0.255', value: '100', unit: 'var' },
      ],
    });
    const resolveLocalTime = (local: string) => Date.parse(`${local}+02:00`);
    expect(decodeTelegram(swedish, { resolveLocalTime })).toMatchObject({ time: '2021-02-17T16:40:19.000Z' });
  });

  it('tells the two passes of the hour that comes twice apart', () => {
    const at = (clock: string) => decoded(text(`/MMS5\n\n0-0:1.0.0(${clock})\n1-0:1.7.0(1*kW)\n!\n`)).time;
    expect([at('261025023000S'), at('261025023000W')]).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
  });

  it('keeps what it has no name for, and warns of lines that are no objects', () => {
    const push = decoded(text('/MMS5\n\nC.1.0(abc)\n1-0:99.99.9(7*xyz)\ngarbage\n0-0:1.0.0(nonsense)\n!\n'));
    expect(push.measurements).toMatchObject([
      { obis: '0.0.0.0.0.0', code: 'C.1.0', value: 'abc' },
      { obis: '1.0.99.99.9.255', value: '7', unit: 'xyz' },
    ]);
    expect(push.warnings.map(({ code }) => code)).toEqual(['P1_TIME_INVALID', 'P1_LINE_UNREADABLE']);
  });

  it('takes no text with a unit for a value, and says so', () => {
    const push = decoded(
      text('/MMS5\n\n1-0:1.8.0(0001E2*kWh)\n0-1:24.2.1(171105201000W)(*m3)\n1-0:2.8.0(1*kWh)\n!\n'),
    );
    expect(push.measurements).toMatchObject([{ obis: '1.0.2.8.0.255', value: '1000', unit: 'Wh' }]);
    expect(push.warnings).toMatchObject([
      { code: 'P1_VALUE_UNREADABLE', message: expect.stringContaining('"0001E2*kWh"') },
      { code: 'P1_VALUE_UNREADABLE' },
    ]);
  });

  it('reads back as it was written, whatever it says', () => {
    const decimal = fc.tuple(fc.nat(999_999), fc.nat(999)).map(([whole, part]) => {
      return {
        sent: `${String(whole).padStart(6, '0')}.${String(part).padStart(3, '0')}`,
        wattHours: whole * 1000 + part,
      };
    });
    const time = fc.integer({ min: Date.parse('2010-01-01') / 1000, max: Date.parse('2060-01-01') / 1000 });
    fc.assert(
      fc.property(decimal, time, fc.stringMatching(/^[A-Z0-9]{1,17}$/), (energy, seconds, identifier) => {
        const push = decoded(
          encodeTelegram({
            ...telegram,
            identifier,
            sentAt: seconds * 1000,
            readings: [{ obis: '1.0.2.8.2.255', value: energy.sent, unit: 'kWh' }],
          }),
        );
        expect(push.time).toBe(new Date(seconds * 1000).toISOString());
        expect(push.device.serialNumber).toBe(identifier);
        const reading = push.measurements.find(({ obis }) => obis === '1.0.2.8.2.255');
        expect(reading?.value).toBe(String(energy.wattHours));
      }),
    );
  });
});

describe('a ciphered telegram of Luxembourg', () => {
  const encryptionKey = Buffer.alloc(16, 7);
  const sealed = encryptGeneralGlo(encodeTelegram(telegram), {
    systemTitle: Buffer.from('SAG00042'),
    invocationCounter: 77,
    keys: { encryptionKey, authenticationKey: Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex') },
  });

  it('opens with the key of the meter, as octets or in hexadecimal', () => {
    for (const frame of [sealed, Buffer.from(toHex(sealed))]) {
      expect(dsmr.decode(frame, { encryptionKey })).toMatchObject([
        { device: { serialNumber: 'E0012345678901234' }, invocationCounter: 77, authenticated: true },
      ]);
    }
  });

  it('is refused without the key, with another, or when it was changed', () => {
    expect(dsmr.decode(sealed, {})).toMatchObject([{ code: 'P1_KEY_MISSING' }]);
    expect(dsmr.decode(sealed, { encryptionKey: Buffer.alloc(16, 8) })).toMatchObject([
      { code: 'P1_DECRYPTION_FAILED' },
    ]);
    const changed = Uint8Array.from(sealed);
    changed[40]! ^= 1;
    expect(dsmr.decode(changed, { encryptionKey })).toMatchObject([{ code: 'P1_DECRYPTION_FAILED' }]);
  });
});
