import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeviceAddress } from '@metermesh/metering';
import { obisOctets } from '../dlms/obis.ts';
import { fromHex, textOrHex } from '../hex.ts';
import type { DecodedPush } from '../measurement.ts';
import { smlChecksum } from './check.ts';
import { sml } from './codec.ts';
import { encodeSmlFrame, type SmlReading } from './encode-frame.ts';
import { decodeSmlMessages } from './push.ts';
import { serverIdOf } from './server-id.ts';
import { encodeTransport, openTransport, type TransportPayload } from './transport.ts';

const octets = (hex: string) => fromHex(hex) as Uint8Array;
const serverId = serverIdOf('1MMS0000000042')!;
const energy: SmlReading = {
  name: obisOctets('1.0.1.8.0.255'),
  unit: 30,
  scaler: -1,
  value: 123_456_789,
  status: 0x1c0104,
};
const frame = encodeSmlFrame({ serverId, transaction: 1, secondsIndex: 3600, readings: [energy] });
const decoded = (bytes: Uint8Array) => sml.decode(bytes, {})[0] as DecodedPush;

describe('an SML frame', () => {
  it('says which meter sent it, and exact values with their units', () => {
    const push = decoded(frame);
    expect(push.device).toEqual({
      serialNumber: '1MMS0000000042',
      address: 'sml:0A014D4D53000000002A',
      manufacturer: 'MMS',
      medium: 'electricity',
    });
    expect(isDeviceAddress(push.device.address!)).toBe(true);
    expect(push.time).toBeUndefined();
    expect(push.measurements).toEqual([
      expect.objectContaining({
        obis: '1.0.1.8.0.255',
        quantity: 'active energy import',
        value: '12345678.9',
        unit: 'Wh',
        raw: 123_456_789,
        scaler: -1,
        unitCode: 30,
      }),
      expect.objectContaining({ code: 'sml:status/1.0.1.8.0.255', value: '1835268' }),
      expect.objectContaining({ code: 'sml:secIndex', value: '3600' }),
    ]);
  });

  it('has a time where the meter has a clock', () => {
    const timestamp = Date.parse('2026-07-01T10:00:00Z') / 1000;
    const readings = [{ ...energy, time: timestamp - 60 }];
    const push = decoded(encodeSmlFrame({ serverId, transaction: 1, timestamp, readings }));
    expect(push.time).toBe('2026-07-01T10:00:00.000Z');
    expect(push.measurements[0]!.time).toBe('2026-07-01T09:59:00.000Z');
  });

  it('reads back as it was written: any width and sign, octets, booleans, and octets 1B in any number', () => {
    const value = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.integer(),
      fc.boolean(),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }).map((length) => new Uint8Array(length).fill(0x1b)),
    );
    const readings = fc.array(
      fc.record({ name: fc.constant(energy.name), scaler: fc.integer({ min: -12, max: 12 }), value }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 0xffff_fff0 }), (list, transaction) => {
        const push = decoded(encodeSmlFrame({ serverId, transaction, readings: list }));
        expect(push.measurements.map(({ raw, value: text }) => raw?.toString() ?? text)).toEqual(
          list.map(({ value: sent }) => (sent instanceof Uint8Array ? expect.any(String) : String(sent))),
        );
        list.forEach(({ value: sent }, index) => {
          if (sent instanceof Uint8Array) expect(push.measurements[index]!.value).toBe(textOrHex(sent));
        });
      }),
    );
  });

  it('may have times and lists in forms that the standard does not have', () => {
    // The sensor's time is the number alone, as the DTZ541 has it; the value of the entry is a time (SML_ListType).
    const entry = '77 070100000009FF 01 01 01 01 72 6201 72 6202 65689A8A80 01';
    const body = `77 01 0B0A014D4D53000000002A 01 6500000E10 71 ${entry} 01 01`;
    expect(decodeSmlMessages(messageOf(0x0701, body))).toMatchObject([
      { measurements: [{ obis: '1.0.0.0.9.255', value: '2025-08-12T00:27:44.000Z' }, { value: '3600' }] },
    ]);
  });

  it('is read as far as it is known: other messages warn, an open response alone tells the meter', () => {
    const open = messageOf(0x0101, '76010105000000010B0A014D4D53000000002A0101');
    const attention = messageOf(0xff01, '740B0A014D4D53000000002A0101' + '01');
    expect(decodeSmlMessages(Buffer.concat([open, attention]))).toMatchObject([
      {
        device: { serialNumber: '1MMS0000000042' },
        measurements: [],
        warnings: [{ code: 'SML_MESSAGE_UNREAD', message: expect.stringContaining('FF01') }],
      },
    ]);
  });
});

/** A message around the octets of a body, with its checksum. */
function messageOf(tag: number, body: string): Uint8Array {
  const covered = octets(`76 0500000001 6200 6200 72 63${tag.toString(16).padStart(4, '0')} ${body}`);
  const check = smlChecksum(covered);
  return Buffer.concat([covered, Uint8Array.of(0x63, check >>> 8, check & 0xff, 0)]);
}

describe('the transport', () => {
  it('carries octets 1B anywhere, at the end and next to fill octets, too', () => {
    const runs = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 13 }).map((length) => new Uint8Array(length).fill(0x1b)),
        fc.constantFrom(octets('1A'), octets('01010101'), octets('00'), octets('1A000000')),
      ),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(runs, (parts) => {
        const sent = new Uint8Array(Buffer.concat(parts));
        const opened = openTransport(encodeTransport(sent)) as TransportPayload;
        expect(new Uint8Array(opened.messages)).toEqual(sent);
      }),
    );
  });
});
