import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { encodeDateTime, encodeLoadProfilePush } from '@metermesh/protocols';
import type { KnownMeter } from '../domain/known-meter.ts';
import { decodeDlmsFrame } from './decode-dlms-frame.ts';

const HOUR = 3_600_000;
const DEVIATION_UNSPECIFIED = Uint8Array.of(0x80, 0x00);
const meter: KnownMeter = {
  serialNumber: 'M1',
  addresses: [],
  multiplier: '1',
  channels: [],
  installations: [{ usagePointId: 'UP1', timeZone: 'Europe/Berlin', installedAt: 0 }],
};

/** A push whose clock runs in local time and does not say how far that is from UTC. */
function pushWithLocalClock(sentAt: number, minutesToUtc: number, status: number): Uint8Array {
  const apdu = Buffer.from(
    encodeLoadProfilePush({
      serialNumber: 'M1',
      invokeId: 1,
      sentAt,
      deviation: minutesToUtc,
      intervalSeconds: 900,
      channels: [{ obis: '1.0.1.29.0.255', scaler: 0, unitCode: 30 }],
      rows: [{ start: sentAt - 900_000, values: [1] }],
    }),
  );
  const clock = encodeDateTime(sentAt, minutesToUtc);
  for (let at = apdu.indexOf(clock); at >= 0; at = apdu.indexOf(clock, at + 1)) {
    apdu.set(DEVIATION_UNSPECIFIED, at + 9);
    apdu[at + 11] = status;
  }
  return apdu;
}

describe('a frame of a clock in local time', () => {
  const firstPass = Date.parse('2026-10-25T02:30:00+02:00');
  const secondPass = firstPass + HOUR;

  it.each<[string, number, number, number, number]>([
    ['in daylight saving time', firstPass, -120, 0x80, firstPass],
    ['in standard time', secondPass, -60, 0x00, secondPass],
    ['that does not say which', secondPass, -60, 0xff, firstPass],
  ])('in the hour that comes twice, %s', (_clock, sentAt, minutesToUtc, status, instant) => {
    const push = decodeDlmsFrame(pushWithLocalClock(sentAt, minutesToUtc, status), meter);
    if (isRefusal(push)) throw new Error(push.code);
    expect(push.time).toBe(new Date(instant).toISOString());
    expect(push.loadProfiles[0]!.start).toBe(instant - 900_000);
  });
});
