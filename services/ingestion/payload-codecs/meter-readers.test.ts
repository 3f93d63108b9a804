import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '@metermesh/protocols';
import { others, payloadCodecs, values } from '../test/payload-codecs.ts';

const { uplink, push, close } = payloadCodecs();

afterAll(close);

const hexOf = (...octets: number[]) => Buffer.from(octets).toString('hex');

/** A long frame of M-Bus (EN 13757-2) around `body`, as an ACRIOS sends it: part 1 of 1. */
function acrios(ci: number, body: string, { part = 1, sum = 0 } = {}): string {
  const octets = [0x08, 0x05, ci, ...Buffer.from(body.replaceAll(' ', ''), 'hex')];
  const checksum = (octets.reduce((total, octet) => total + octet, 0) + sum) & 0xff;
  return hexOf(part, 1, 0x68, octets.length, octets.length, 0x68, ...octets, checksum, 0x16);
}
/** Number 12345678, KAM, version 1, then medium, access, status and no encryption. */
const header = (medium: string) => `78563412 2d2c 01 ${medium} 2a 00 0000`;

const iperl =
  '7a060400008404133a1c7e0184046d2a2d13368d04931318d23c34002e0034002e0039002e0034002e00340033003400';
const gateway = (...frames: string[]) => `a0e305bd0105${frames.join('').replaceAll(' ', '')}`;

describe('ACRIOS: M-Bus meters', () => {
  it('a water meter’s counter is a register, that of its fixed date is not', () => {
    const water = push('acrios-acr-cv-101l-m', 1, acrios(0x73, '78563412 0a 00 e97e 01000000 35010000'));
    expect(values(water)).toEqual({
      'water volume': '0.001 m3 8.0.1.0.0.255',
      'device id': '12345678 0.0.96.1.0.255',
    });
    expect(others(water)).toMatchObject({ 'counter storage 1 tariff 0 Instantaneous': '135 l' });
  });

  it('a heat meter’s records are those of heat, what is past stays by its name', () => {
    const records = '0c06 39120000 0c14 56340200 02fd17 0100 4c06 11110000 0a5a 1205';
    const heat = push('acrios-acr-cv-101l-m', 1, acrios(0x72, `${header('04')} ${records}`));
    expect(values(heat)).toEqual({
      'heat energy': '1239000 Wh 6.0.1.0.0.255',
      'heat volume': '234.560 m3 6.0.2.0.0.255',
      'device id': '12345678 0.0.96.1.0.255',
    });
    expect(others(heat)).toMatchObject({
      'Energy storage 1 tariff 0 Instantaneous': '1111000 Wh',
      'Flow Temperature storage 0 tariff 0 Instantaneous': '51.2 °C',
      'VIF fd17 storage 0 tariff 0 Instantaneous': '0001',
      manId: 'KAM',
    });
  });

  it('an electricity meter’s energy, a gas meter’s volume and a low battery are known', () => {
    const electricity = acrios(0x72, `${header('02')} 0404 d2040000 8410 04 0a000000 042b e8030000`);
    expect(values(push('acrios-acr-cv-101l-m', 1, electricity))).toMatchObject({
      'active energy import': '12340 Wh 1.0.1.8.0.255',
      'active power import': '1000 W 1.0.1.7.0.255',
    });
    expect(others(push('acrios-acr-cv-101l-m', 1, electricity))).toMatchObject({
      'Energy storage 0 tariff 1 Instantaneous': '100 Wh',
    });
    const gas = acrios(0x72, `${header('03').replace('2a 00', '2a 04')} 0c13 45230100`);
    expect(values(push('acrios-acr-cv-101l-m', 1, gas))).toMatchObject({
      'gas volume': '12.345 m3 7.0.3.0.0.255',
    });
    expect(push('acrios-acr-cv-101l-m', 1, gas).events).toMatchObject([{ type: 'battery-low' }]);
  });

  it.each([
    ['a wrong checksum', acrios(0x73, '78563412 0a 00 e97e 01000000 35010000', { sum: 1 }), /checksum/],
    ['a part of several', acrios(0x73, '78563412', { part: 2 }), /part 2/],
    ['an encrypted one', acrios(0x72, `${header('04').slice(0, -4)}1025`), /encrypted/],
    ['a record cut short', acrios(0x72, `${header('04')} 0c06 39`), /cut short/],
  ])('%s is refused', (_, hex, message) => {
    expect(uplink('acrios-acr-cv-101l-m', 1, hex)).toMatchObject({
      code: 'PAYLOAD_CODEC_ERRORS',
      message: expect.stringMatching(message),
    });
  });
});

describe('IoT Factory: M-Bus meters', () => {
  const energy = '1600 db3a7865 00 08122121 02 00 0c04 54000000';
  const volume = '1600 db3a7865 00 78563412 07 00 0c13 56340100';

  it('the readings of one meter are registers at its own time', () => {
    expect(push('iot-factory-m-bus-gateway', 10, gateway(energy)).measurements).toContainEqual(
      expect.objectContaining({ obis: '1.0.1.8.0.255', value: '540', time: '2023-12-12T10:50:03.000Z' }),
    );
    expect(values(push('iot-factory-m-bus-gateway', 10, gateway(volume)))).toMatchObject({
      'water volume': '13.456 m3 8.0.1.0.0.255',
    });
  });

  it('those of several are nobody’s, but kept', () => {
    const both = push('iot-factory-m-bus-gateway', 10, gateway(energy, volume));
    expect(values(both)).toEqual({ 'battery charge': '80 % 0.0.96.6.1.255' });
    expect(others(both)).toMatchObject({
      '21211208 Electricity 0c04': '540 Wh',
      '12345678 Water 0c13': '13.456 m3',
    });
    expect(both.warnings).toMatchObject([
      { code: 'PAYLOAD_CODEC_WARNING', message: expect.stringMatching(/several meters/) },
    ]);
  });
});

describe('Sensus iPERL', () => {
  it('the hours that are told as differences are registers of their own time', () => {
    const { measurements, events } = push('sensus-iperl', 20, iperl);
    const volumes = measurements
      .filter(({ obis }) => obis === '8.0.1.0.0.255')
      .map(({ time, value }) => `${time} ${value}`)
      .toSorted();
    expect(volumes).toHaveLength(12);
    expect(volumes.at(0)).toBe('2024-06-19T02:42:00.000Z 25041.426');
    expect(volumes.at(-1)).toBe('2024-06-19T13:42:00.000Z 25041.978');
    expect(events).toMatchObject([{ type: 'battery-low' }]);
  });

  it('refuses what is encrypted, cut short, or a profile without a base', () => {
    for (const hex of [
      iperl.replace('7a06040000', '7a06041025'),
      iperl.slice(0, -2),
      `7a06040000${iperl.slice(36)}`,
    ]) {
      expect(uplink('sensus-iperl', 20, hex)).toMatchObject({ code: 'PAYLOAD_CODEC_ERRORS' });
    }
  });
});

describe('Counters', () => {
  it('MCCI 4811: energy of both directions and demand, and a meter that does not answer', () => {
    expect(values(push('mcci-model4811', 1, '191b35340e000000760000016142929289'))).toEqual({
      'active energy import': '11800 Wh 1.0.1.8.0.255',
      'active energy export': '35300 Wh 1.0.2.8.0.255',
      'average active power import': '73.28620147705078 W 1.0.1.5.0.255',
      'battery voltage': '3.3251953125 V 0.0.96.6.3.255',
    });
    expect(push('mcci-model4811', 1, '19040000').events).toEqual([]);
    expect(push('mcci-model4811', 1, '1904fffe').events).toMatchObject([{ type: 'communication-failed' }]);
    expect(uplink('mcci-model4811', 1, '1904fffe00')).toMatchObject({ code: 'PAYLOAD_CODEC_ERRORS' });
  });

  it('Talkpool OY1320: litres, also beyond 16 bits, and a status after them', () => {
    const read = push('talkpool-oy1320', 2, '0121000f4240012003');
    expect(values(read)).toEqual({ 'water volume': '1000.000 m3 8.0.1.0.0.255' });
    expect(others(read)).toEqual({ Status: '3' });
  });

  it('Dragino SW3L: a total is a register at its time, pulses since the last are not', () => {
    const total = push('dragino-sw3l', 2, '0600000708000065f5d2c0');
    expect(total.measurements).toContainEqual(
      expect.objectContaining({ obis: '8.0.1.0.0.255', value: '0.005', time: '2024-03-16T17:11:28.000Z' }),
    );
    expect(total.events).toMatchObject([{ type: 'leak' }]);
    expect(values(push('dragino-sw3l', 2, '0400000708010065f5d2c0'))).toEqual({});
    const logged = push('dragino-sw3l', 3, '0000000000070865f5d2c0' + '0400000000070865f5d674');
    expect(logged.measurements.filter(({ unit }) => unit === 'm3')).toMatchObject([
      { value: '0.004', time: '2024-03-16T17:11:28.000Z' },
      { value: '0.005', time: '2024-03-16T17:27:16.000Z' },
    ]);
    expect(values(push('dragino-sw3l', 5, '11010501ff0ce4'))).toEqual({
      'battery voltage': '3.3 V 0.0.96.6.3.255',
    });
  });

  it('Aqua-Scope AQM: several reports in one uplink, and a leak', () => {
    const read = push('aquascope-aqm', 1, '0611000a' + '0703006400 0a'.replace(' ', '') + '0a00010203');
    expect(others(read)).toMatchObject({ consumption: '10', pc: 'alarm', diff: '100', fw_version: '66051' });
    expect(read.events).toMatchObject([{ type: 'leak' }]);
    expect(uplink('aquascope-aqm', 1, '0611')).toMatchObject({ code: 'PAYLOAD_CODEC_ERRORS' });
  });
});

describe('Watteco', () => {
  /** Numbers as a batch has them: lowest bit first in an octet, highest octet first. Codes as they are. */
  function batch(...parts: (readonly [bits: number, value: number] | string)[]): string {
    let stream = '';
    for (const part of parts) {
      if (typeof part === 'string') stream += part;
      else {
        const [size, value] = part;
        for (let left = size; left > 0;) {
          const width = left % 8 || 8;
          left -= width;
          const octet = Math.floor(value / 2 ** left) % 2 ** width;
          stream += octet.toString(2).padStart(width, '0').split('').reverse().join('');
        }
      }
    }
    const octets = stream.match(/.{1,8}/g)!.map((text) => text.padEnd(8, '0').split('').reverse().join(''));
    return hexOf(...octets.map((text) => parseInt(text, 2)));
  }

  it('registers of a phase, and sums of all, whose power goes in or out', () => {
    const phase = push(
      'watteco-power',
      125,
      '118a800a000041200010760a0000020400005a6e000a210d000018a2000000000000000000000003',
    );
    expect(values(phase)).toMatchObject({
      'active energy import L1': '1078794 Wh 1.0.21.8.0.255',
      'active energy export L1': '516 Wh 1.0.22.8.0.255',
      'reactive power export L1': '3 var 1.0.24.7.0.255',
    });
    const sums = '000018430000fc20000024ca0000f50f00001f350000f42a00005c42ffffe559';
    expect(values(push('watteco-power', 125, `110a801000014120${sums}`))).toMatchObject({
      'active power import L1': '6211 W 1.0.21.7.0.255',
      'active power import': '23618 W 1.0.1.7.0.255',
      'reactive power export': '6823 var 1.0.4.7.0.255',
    });
    const balance = push('watteco-power', 125, `110a801000004120${sums}`);
    expect(values(balance)).toEqual({});
    expect(others(balance)).toMatchObject({ 'sums.net_reactive_energy_abc': '-6823 varh' });
  });

  it('a batch in which measures share their times', () => {
    const together = batch(
      [8, 0x22], // two measures, times in common
      [4, 0],
      [2, 0], // Irms at 100 s: 1.5 A, signed steps, table 2
      [32, 100],
      [32, 0x3fc00000],
      [2, 0],
      [2, 2],
      [2, 1], // battery 10 s later: 3600 mV, table 0
      '00', // a time of 6 bits: 63 and more
      [6, 0],
      [16, 3600],
      [2, 0],
      [2, 0],
      [8, 2], // two times, in table 0: the first, and 1 + 60 later
      [2, 0],
      '00',
      '10001',
      [5, 29],
      [2, 0], // Irms: the first is there, then 0.3 A less
      [1, 1],
      '1001',
      [1, 1],
      '00',
      [2, 0],
      [2, 1], // battery: none of them
      [1, 0],
      [1, 0],
      '00', // sent 63 s after the last
      [6, 0],
    );
    const { measurements } = push('watteco-power', 125, together);
    expect(measurements.map(({ quantity, value, time }) => `${quantity} ${value} ${time}`)).toEqual([
      'current 1.5 2026-03-01T11:57:57.000Z',
      'current 1.2 2026-03-01T11:58:57.000Z',
      'battery voltage 3.6 2026-03-01T11:59:00.000Z',
    ]);
  });

  it.each([
    ['a cluster that is not known', '110a12340000230000000', /not known/],
    ['a batch cut short', '20100000c08f', /cut short/],
    ['causes cut short', '118a800b000041060978011501 62a05000'.replace(' ', ''), /cut short/],
  ])('%s is refused', (_, hex, message) => {
    expect(uplink('watteco-power', 125, hex)).toMatchObject({
      code: 'PAYLOAD_CODEC_ERRORS',
      message: expect.stringMatching(message),
    });
  });
});

describe('Frames that were damaged', () => {
  const frames: readonly (readonly [name: string, port: number, hex: string])[] = [
    ['acrios-acr-cv-101l-m', 1, acrios(0x72, `${header('04')} 0c06 39120000 02fd17 0100`)],
    ['aquascope-aqm', 1, '0611000a0703006400 0a0a00010203'.replace(' ', '')],
    ['dragino-sw3l', 2, '0600000708000065f5d2c0'],
    ['iot-factory-m-bus-gateway', 10, gateway('1600 db3a7865 00 08122121 02 00 0c04 54000000')],
    ['mcci-model4811', 1, '191b35340e000000760000016142929289'],
    ['sensus-iperl', 20, iperl],
    ['talkpool-oy1320', 2, '0121000f4240012003'],
    ['watteco-power', 125, '20100000c08f0344d0030000008804fcf941c08b8b15'],
    ['watteco-power', 125, '118a800b00004106097801150162a0500003e8000001d1010032000001'],
  ];

  it.each(frames)('%s (port %i) answers or says that it cannot', (name, port, hex) => {
    const octets = [...Buffer.from(hex, 'hex')];
    const damage = fc.record({
      length: fc.nat(octets.length),
      at: fc.nat(octets.length - 1),
      to: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(damage, ({ length, at, to }) => {
        const damaged = hexOf(...octets.with(at, to).slice(0, length || octets.length));
        const decoded = uplink(name, port, damaged);
        if (isDecodeError(decoded)) expect(decoded.code).toBe('PAYLOAD_CODEC_ERRORS');
        else push(name, port, damaged);
      }),
    );
  });
});
