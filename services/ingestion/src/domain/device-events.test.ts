import { describe, expect, it } from '@jest/globals';
import type { DeviceEventRecorded } from '@metermesh/contracts';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { DecodedEvent, DecodedPush } from '@metermesh/protocols';
import { deviceEventsOf } from './device-events.ts';
import type { KnownMeter } from './known-meter.ts';
import type { Arrival } from './new-record.ts';

const meter: KnownMeter = {
  serialNumber: 'M1',
  addresses: [],
  multiplier: '1',
  channels: [],
  installations: [
    {
      usagePointId: 'UP1',
      installedAt: Date.parse('2025-01-01T00:00Z'),
      removedAt: Date.parse('2025-06-02T00:00Z'),
    },
  ],
};
const arrival: Arrival = {
  source: 'dlms-push',
  receivedAt: Date.parse('2025-06-01T12:00:00Z'),
  payload: Uint8Array.of(1),
  futureTolerance: 0,
};
const push = (events: DecodedEvent[], more: Partial<DecodedPush> = {}): DecodedPush => ({
  device: {},
  measurements: [],
  loadProfiles: [],
  events,
  warnings: [],
  ...more,
});
const recorded = (
  event: DecodedEvent,
  surroundings: Partial<Arrival> = {},
  more: Partial<DecodedPush> = {},
) => {
  const [record] = deviceEventsOf(push([event], more), meter, { ...arrival, ...surroundings });
  return { ...record!, event: record!.event as DeviceEventRecorded };
};

describe('an event of a device', () => {
  const opened = {
    code: 44,
    name: 'meter cover removed',
    type: 'cover-opened',
    time: '2025-05-31T23:00:00Z',
  } as const;

  it('is recorded with its own time, code and words, where the meter was then', () => {
    const { event, month } = recorded(opened);
    expect(event).toMatchObject({
      serialNumber: 'M1', usagePointId: 'UP1', type: 'cover-opened', code: '44', name: 'meter cover removed', source: 'dlms-push',
    }); // prettier-ignore
    expect([timestampDate(event.occurredAt!).toISOString(), month]).toEqual([
      '2025-05-31T23:00:00.000Z',
      '2025-05',
    ]);
  });

  it('is the same record however often it is told, wherever the registry has the meter by then', () => {
    const again = { payload: Uint8Array.of(2), receivedAt: arrival.receivedAt + 5 };
    expect(recorded(opened, again).id).toBe(recorded(opened).id);
    expect(deviceEventsOf(push([opened, opened]), meter, arrival)).toHaveLength(1);
    const elsewhere = deviceEventsOf(push([opened]), { ...meter, installations: [] }, arrival);
    expect(elsewhere.map(({ id, event }) => [id, event.usagePointId])).toEqual([[recorded(opened).id, '']]);
    expect(recorded({ ...opened, code: 45 }).id).not.toBe(recorded(opened).id);
  });

  it('of a code that only the maker knows is kept under that code', () => {
    expect(recorded({ code: '0x7F' }).event).toMatchObject({ type: 'other', code: '0x7F', name: '' });
  });

  it('without a time of its own is told apart by the frame that it came in', () => {
    const gasp = { code: 1, type: 'last-gasp' } as const;
    expect(recorded(gasp).event.occurredAt).toBeUndefined();
    expect(recorded(gasp).month).toBe('2025-06');
    expect(recorded(gasp, { payload: Uint8Array.of(2) }).id).not.toBe(recorded(gasp).id);
    expect(recorded({ ...gasp, time: 'yesterday' }).event.occurredAt).toBeUndefined();
  });

  it('that lasts and has no time is one a day, in however many frames', () => {
    const low = { code: 'status:04', type: 'battery-low' } as const;
    const nextFrame = { payload: Uint8Array.of(2), receivedAt: arrival.receivedAt + 16_000 };
    const nextDay = { ...nextFrame, receivedAt: arrival.receivedAt + 86_400_000 };
    expect(recorded(low, nextFrame).id).toBe(recorded(low).id);
    expect(recorded(low, nextDay).id).not.toBe(recorded(low).id);
  });

  it('by a clock that is wrong is placed by ours', () => {
    const reset = { code: 2, type: 'power-up', time: '2000-01-01T00:00:01Z' } as const;
    expect(recorded(reset).event.usagePointId).toBe('');
    expect(recorded(reset, {}, { clockInvalid: true }).event).toMatchObject({ usagePointId: 'UP1' });
  });
});
