import { describe, expect, it } from '@jest/globals';
import { isRefusal, type Refusal } from '@metermesh/decider';
import type { LoadProfileRecorded, RegisterRead } from '@metermesh/contracts';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Quality } from '@metermesh/metering';
import { UNNAMED, type DecodedLoadProfile, type DecodedPush } from '@metermesh/protocols';
import type { KnownMeter } from './known-meter.ts';
import type { Arrival } from './new-record.ts';
import { recordsOfPush, type RecordsOfPush } from './records-of-push.ts';

const at = (local: string) => Date.parse(`${local}+09:00`);
const IMPORT = '1.0.1.29.0.255';

const meter: KnownMeter = {
  serialNumber: 'M1',
  addresses: [],
  multiplier: '1',
  channels: [{ readingType: 'active-energy-import', obis: IMPORT, intervalSeconds: 900 }],
  installations: [{ usagePointId: 'UP1', timeZone: 'Asia/Seoul', installedAt: at('2025-01-01T00:00:00') }],
};
const arrival: Arrival = {
  source: 'dlms-push',
  receivedAt: at('2025-06-02T00:01:00'),
  payload: Uint8Array.of(1, 2, 3),
  futureTolerance: 5 * 60_000,
};
const profile = (
  start: string,
  values: number[],
  more: Partial<DecodedLoadProfile> = {},
): DecodedLoadProfile => ({
  obis: IMPORT,
  unit: 'Wh',
  scaler: 0,
  accumulation: 'interval',
  start: at(start),
  intervalSeconds: 900,
  values: Float64Array.from(values),
  ...more,
});
const push = (more: Partial<DecodedPush>): DecodedPush => ({
  device: {},
  measurements: [],
  loadProfiles: [],
  events: [],
  warnings: [],
  ...more,
});
const recorded = (...args: Parameters<typeof recordsOfPush>): RecordsOfPush => {
  const result = recordsOfPush(...args);
  if (isRefusal(result)) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
const blocksOf = (result: RecordsOfPush) =>
  result.records.map(({ event }) => ({
    at: event.usagePointId,
    values: (event as LoadProfileRecorded).blocks.map(({ values }) => values),
  }));
const codes = (refusals: readonly Refusal[]) => refusals.map(({ code }) => code);

describe('the records of a push', () => {
  it('are interval values in whole units at the usage point where the meter is', () => {
    const { records } = recorded(
      push({
        loadProfiles: [
          profile('2025-06-01T00:00:00', [1, 2, Number.NaN], {
            scaler: 1,
            statuses: Uint32Array.of(0, 2, 0),
          }),
        ],
      }),
      { ...meter, multiplier: '2.5' },
      arrival,
    );
    expect(records).toHaveLength(1);
    const { event, month } = records[0]!;
    expect([month, event.usagePointId, event.source]).toEqual(['2025-05', 'UP1', 'dlms-push']);
    const [block] = (event as LoadProfileRecorded).blocks;
    expect(block).toMatchObject({
      readingType: 'active-energy-import',
      values: [25, 50, 0],
      intervalSeconds: 900,
    });
    expect([...block!.qualities]).toEqual([Quality.Actual, Quality.Suspect, Quality.Missing]);
  });

  it('have the same id however often and whenever they come, and another one for anything else', () => {
    const said = push({ loadProfiles: [profile('2025-06-01T00:00:00', [1, 2])] });
    const later = {
      ...arrival,
      receivedAt: arrival.receivedAt + 60_000,
      payload: Uint8Array.of(9),
      source: 'http-csv',
    };
    const id = (of: DecodedPush, by = meter, when = arrival) => recorded(of, by, when).records[0]!.id;
    expect(id(said, meter, later)).toBe(id(said));
    const other = push({ loadProfiles: [profile('2025-06-01T00:00:00', [1, 3])] });
    expect(new Set([id(said), id(other), id(said, { ...meter, serialNumber: 'M2' })]).size).toBe(3);
  });

  it('are registers with the time at which they were read, exact', () => {
    const measurements = [
      { obis: '1.0.1.8.0.255', value: '123456789.01', unit: 'kWh' },
      { obis: '1.0.32.7.0.255', value: '230.10', unit: 'V' },
      { obis: '0.0.96.1.0.255', value: '84895126' },
    ];
    const { records } = recorded(
      push({ time: '2025-06-01T15:00:00.000Z', measurements }),
      { ...meter, multiplier: '30' },
      arrival,
    );
    const event = records[0]!.event as RegisterRead;
    expect(timestampMs(event.readAt!)).toBe(at('2025-06-02T00:00:00'));
    expect(event.registers).toMatchObject([
      { obis: '1.0.1.8.0.255', value: 37037036703n, scaler: -1, unit: 'kWh' },
      { obis: '1.0.32.7.0.255', value: 2301n, scaler: -1, unit: 'V' },
    ]);
  });

  it('keep what no code names as its protocol calls it', () => {
    const measurements = [
      { obis: '8.0.1.0.0.255', value: '12.5', unit: 'm3' },
      { obis: UNNAMED, code: 'vif:FD3A', quantity: 'dimensionless', value: '7', storage: 2 },
      { obis: UNNAMED, code: 'field:tilt', value: 'x'.repeat(5000) },
      { obis: UNNAMED, value: '3', unit: 'V' },
    ];
    const { records } = recorded(push({ measurements }), meter, arrival);
    const { registers, unnamed } = records[0]!.event as RegisterRead;
    expect(registers.map(({ obis }) => obis)).toEqual(['8.0.1.0.0.255', UNNAMED]);
    expect(unnamed).toMatchObject([
      { code: 'vif:FD3A', quantity: 'dimensionless', value: '7', storage: 2 },
      { code: 'field:tilt', value: 'x'.repeat(1024), unit: '' },
    ]);
  });

  it('without a time count as read when they came, and are told apart by their bytes', () => {
    const undated = push({ measurements: [{ obis: '1.0.1.8.0.255', value: '5', unit: 'Wh' }] });
    const [first] = recorded(undated, meter, arrival).records;
    const [repeat] = recorded(undated, meter, { ...arrival, receivedAt: arrival.receivedAt + 1000 }).records;
    const [second] = recorded(undated, meter, { ...arrival, payload: Uint8Array.of(1, 2, 4) }).records;
    expect(timestampMs((first!.event as RegisterRead).readAt!)).toBe(arrival.receivedAt);
    expect([repeat!.id === first!.id, second!.id === first!.id]).toEqual([true, false]);
  });

  it('of a counting profile are what lies between two readings', () => {
    const said = push({
      loadProfiles: [profile('2025-06-01T00:00:00', [100, 104, 110], { accumulation: 'cumulative' })],
    });
    const [block] = (recorded(said, meter, arrival).records[0]!.event as LoadProfileRecorded).blocks;
    expect([block!.values, [...block!.qualities]]).toEqual([
      [0, 4, 6],
      [Quality.Missing, Quality.Actual, Quality.Actual],
    ]);
  });

  it('of a counting profile are not known where the register was reset', () => {
    const said = push({
      loadProfiles: [profile('2025-06-01T00:00:00', [99_990, 99_994, 2, 5], { accumulation: 'cumulative' })],
    });
    const [block] = (recorded(said, meter, arrival).records[0]!.event as LoadProfileRecorded).blocks;
    expect([block!.values, [...block!.qualities]]).toEqual([
      [0, 4, 0, 3],
      [Quality.Missing, Quality.Actual, Quality.Missing, Quality.Actual],
    ]);
  });

  it('are divided where the meter was moved, and what lies between is left aside', () => {
    const moved: KnownMeter = {
      ...meter,
      installations: [
        {
          usagePointId: 'UP1',
          timeZone: 'Asia/Seoul',
          installedAt: at('2025-01-01T00:00:00'),
          removedAt: at('2025-06-01T00:20:00'),
        },
        { usagePointId: 'UP2', timeZone: 'Asia/Seoul', installedAt: at('2025-06-01T00:50:00') },
      ],
    };
    const result = recorded(
      push({ loadProfiles: [profile('2025-06-01T00:00:00', [1, 2, 3, 4, 5])] }),
      moved,
      arrival,
    );
    expect(blocksOf(result)).toEqual([
      { at: 'UP1', values: [[1, 2]] },
      { at: 'UP2', values: [[4, 5]] },
    ]);
    expect(codes(result.leftAside)).toEqual(['METER_NOT_INSTALLED']);
  });

  it('go on where a channel is unknown, which is left aside', () => {
    const stranger = profile('2025-06-01T00:00:00', [9], { obis: '1.0.2.29.0.255' });
    const result = recorded(
      push({ loadProfiles: [stranger, profile('2025-06-01T00:00:00', [1])] }),
      meter,
      arrival,
    );
    expect(blocksOf(result)).toEqual([{ at: 'UP1', values: [[1]] }]);
    expect(codes(result.leftAside)).toEqual(['UNKNOWN_CHANNEL']);
    expect(result.leftAside[0]!.message).toContain('1.0.2.29.0.255');
  });

  it.each<[string, DecodedPush, Partial<KnownMeter>]>([
    ['READING_IN_FUTURE', push({ loadProfiles: [profile('2025-06-02T00:00:00', [1])] }), {}],
    [
      'READING_IN_FUTURE',
      push({
        time: '2025-06-01T15:07:00Z',
        measurements: [{ obis: '1.0.1.8.0.255', value: '1', unit: 'Wh' }],
      }),
      {},
    ],
    ['METER_NOT_INSTALLED', push({ loadProfiles: [profile('2024-12-31T00:00:00', [1])] }), {}],
    [
      'METER_NOT_INSTALLED',
      push({
        time: '2025-05-31T15:00:00Z',
        measurements: [{ obis: '1.0.1.8.0.255', value: '1', unit: 'Wh' }],
      }),
      { installations: [{ ...meter.installations[0]!, removedAt: at('2025-05-31T00:00:00') }] },
    ],
    [
      'USAGE_POINT_UNKNOWN',
      push({ loadProfiles: [profile('2025-06-01T00:00:00', [1])] }),
      { installations: [{ usagePointId: 'UP9', installedAt: 0 }] },
    ],
    ['UNKNOWN_CHANNEL', push({ loadProfiles: [profile('2025-06-01T00:00:00', [1])] }), { channels: [] }],
    ['INTERVAL_MISALIGNED', push({ loadProfiles: [profile('2025-06-01T00:07:00', [1])] }), {}],
    [
      'INTERVAL_UNSUITABLE',
      push({ loadProfiles: [profile('2025-06-01T00:00:00', [1], { intervalSeconds: 7 })] }),
      {},
    ],
    [
      'INTERVAL_UNSUITABLE',
      push({ loadProfiles: [profile('2025-06-01T00:00:00', [1], { accumulation: 'instantaneous' })] }),
      {},
    ],
    ['UNIT_MISMATCH', push({ loadProfiles: [profile('2025-06-01T00:00:00', [1], { unit: 'V' })] }), {}],
    ['NOTHING_TO_RECORD', push({}), {}],
  ])('refuse with %s', (code, said, more) => {
    expect(recordsOfPush(said, { ...meter, ...more }, arrival)).toMatchObject({ code });
  });

  it('that do not fit 32 bits are missing, and said to be', () => {
    const result = recorded(
      push({ loadProfiles: [profile('2025-06-01T00:00:00', [1, 3e9])] }),
      meter,
      arrival,
    );
    expect(blocksOf(result)).toEqual([{ at: 'UP1', values: [[1, 0]] }]);
    expect(codes(result.leftAside)).toEqual(['VALUE_OUT_OF_RANGE']);
  });

  it('are events too, which go on where the readings of the push may not', () => {
    const event = { code: 40, type: 'cover-opened', time: '2025-06-01T10:00:00Z' } as const;
    const alone = recorded(push({ events: [event] }), meter, arrival);
    expect(alone.records.map(({ event: { $typeName } }) => $typeName)).toEqual([
      'metermesh.ingestion.v1.DeviceEventRecorded',
    ]);
    expect(alone.leftAside).toEqual([]);
    const ahead = recorded(
      push({ events: [event], loadProfiles: [profile('2025-06-02T00:00:00', [1])] }),
      meter,
      arrival,
    );
    expect(ahead.records.map(({ id }) => id)).toEqual(alone.records.map(({ id }) => id));
    expect(codes(ahead.leftAside)).toEqual(['READING_IN_FUTURE']);
  });

  it('are doubtful where the clock is wrong, except where the meter says of each interval how it was', () => {
    const loadProfiles = [
      profile('2025-06-01T00:00:00', [1]),
      profile('2025-06-01T01:00:00', [2], { statuses: Uint32Array.of(0) }),
    ];
    const { records } = recorded(push({ loadProfiles, clockInvalid: true }), meter, arrival);
    const { blocks } = records[0]!.event as LoadProfileRecorded;
    expect(blocks.map(({ qualities }) => [...qualities])).toEqual([[Quality.Suspect], [Quality.Actual]]);
    const measurements = [{ obis: '1.0.1.8.0.255', value: '1', unit: 'Wh' }];
    const read = recorded(push({ measurements, clockInvalid: true }), meter, arrival).records[0]!;
    expect((read.event as RegisterRead).clockInvalid).toBe(true);
  });

  it('tell when a register was read where that was not when the push was sent, but not when a maximum occurred', () => {
    const time = '2025-06-01T10:07:00.000Z';
    const hourly = '2025-06-01T10:00:00.000Z';
    const measurements = [
      { obis: '1.0.1.8.0.255', value: '5', unit: 'kWh' },
      { obis: '7.0.3.0.0.255', value: '3', unit: 'm3', time: hourly },
      { obis: '1.0.1.6.0.255', value: '2', unit: 'kW', time: '2025-05-20T10:00:00.000Z' },
      { obis: '8.0.1.0.0.1', value: '9', unit: 'm3', time: '2025-05-01T00:00:00.000Z', storage: 1 },
    ];
    const { records } = recorded(push({ time, measurements }), meter, arrival);
    const reads = records.map(({ event }) => event as RegisterRead);
    expect(
      reads.map(({ readAt, registers }) => [
        new Date(timestampMs(readAt!)).toISOString(),
        registers.map(({ obis }) => obis),
      ]),
    ).toEqual([
      [time, ['1.0.1.8.0.255', '1.0.1.6.0.255', '8.0.1.0.0.1']],
      [hourly, ['7.0.3.0.0.255']],
    ]);
  });
});
