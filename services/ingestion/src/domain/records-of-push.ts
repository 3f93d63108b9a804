import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LoadProfileRecordedSchema, RegisterReadSchema } from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { DecodedMeasurement, DecodedPush } from '@metermesh/protocols';
import { profilesByClock } from './clock-reading.ts';
import { deviceEventsOf } from './device-events.ts';
import { intervalBlocks, type PlacedBlock } from './interval-blocks.ts';
import { installationAt, notInstalled, usagePointUnknown, type KnownMeter } from './known-meter.ts';
import { monthOf, newRecord, type Arrival, type NewRecord } from './new-record.ts';
import { registerValues } from './register-values.ts';
import { unnamedValues } from './unnamed-values.ts';

export interface RecordsOfPush {
  readonly records: readonly NewRecord[];
  /** What was left aside while the rest went on. */
  readonly leftAside: readonly Refusal[];
}

/**
 * What a push becomes: interval values in whole units of their reading types, and registers, at the usage point where
 * the meter was at the time, and the events that its device tells of. The same content of the same meter always has the
 * same id, however and whenever it comes.
 *
 * Refuses with READING_IN_FUTURE, METER_NOT_INSTALLED, USAGE_POINT_UNKNOWN or NOTHING_TO_RECORD where nothing is left;
 * else these, UNKNOWN_CHANNEL, INTERVAL_MISALIGNED, INTERVAL_UNSUITABLE, UNIT_MISMATCH and VALUE_OUT_OF_RANGE say what was left aside.
 */
export function recordsOfPush(
  push: DecodedPush,
  meter: KnownMeter,
  arrival: Arrival,
): RecordsOfPush | Refusal {
  const { records, leftAside } = readingsOf(push, meter, arrival);
  records.push(...deviceEventsOf(push, meter, arrival));
  if (records.length > 0) return { records, leftAside };
  return (
    leftAside[0] ??
    refuse(
      'NOTHING_TO_RECORD',
      `The frame of meter ${meter.serialNumber} holds no interval values, no registers and no events.`,
    )
  );
}

interface Readings {
  readonly records: NewRecord[];
  readonly leftAside: Refusal[];
}

function readingsOf(push: DecodedPush, meter: KnownMeter, arrival: Arrival): Readings {
  if (push.loadProfiles.length + push.measurements.length === 0) return { records: [], leftAside: [] };
  const ahead = latestInstant(push);
  if (ahead > arrival.receivedAt + arrival.futureTolerance) {
    const refusal = refuse(
      'READING_IN_FUTURE',
      `Meter ${meter.serialNumber} reports ${new Date(ahead).toISOString()}, which is more than ` +
        `${arrival.futureTolerance / 60_000} min after it arrived: set the meter's clock, then discard this.`,
    );
    return { records: [], leftAside: [refusal] };
  }
  const { blocks, leftAside } = intervalBlocks(profilesByClock(push), meter);
  const records = recordedProfiles(blocks, meter, arrival);
  for (const registers of registersRead(push, meter, arrival)) {
    if (isRefusal(registers)) leftAside.push(registers);
    else if (registers) records.push(registers);
  }
  return { records, leftAside };
}

function latestInstant(push: DecodedPush): number {
  const instants = push.loadProfiles.map(
    ({ start, intervalSeconds, values }) => start + values.length * intervalSeconds * 1000,
  );
  for (const { time } of push.measurements) if (time) instants.push(Date.parse(time));
  if (push.time) instants.push(Date.parse(push.time));
  return Math.max(-Infinity, ...instants);
}

/** One event a usage point and month, so that streams stay short. */
function recordedProfiles(blocks: readonly PlacedBlock[], meter: KnownMeter, arrival: Arrival): NewRecord[] {
  const groups = Map.groupBy(blocks, ({ usagePointId, start }) => `${monthOf(start)} ${usagePointId}`);
  return [...groups.values()].map((group) => {
    const { start, usagePointId } = group[0]!;
    const content = {
      serialNumber: meter.serialNumber,
      usagePointId,
      blocks: group.map((block) => ({
        readingType: block.channel,
        start: timestampFromMs(block.start),
        intervalSeconds: block.intervalSeconds,
        values: [...block.values],
        qualities: block.qualities,
      })),
    };
    return newRecord(LoadProfileRecordedSchema, content, monthOf(start), arrival);
  });
}

/** One event for each instant at which registers were read. */
function registersRead(
  push: DecodedPush,
  meter: KnownMeter,
  arrival: Arrival,
): (NewRecord | Refusal | undefined)[] {
  const byTime = Map.groupBy(push.measurements, (measurement) => readTime(measurement) ?? push.time);
  return [...byTime].map(([time, measurements]) => registersAt(time, measurements, push, meter, arrival));
}

function registersAt(
  time: string | undefined,
  measurements: readonly DecodedMeasurement[],
  { clockInvalid }: DecodedPush,
  meter: KnownMeter,
  arrival: Arrival,
): NewRecord | Refusal | undefined {
  const registers = registerValues(measurements, meter.multiplier);
  const unnamed = unnamedValues(measurements);
  if (registers.length === 0 && unnamed.length === 0) return undefined;
  const readAt = time === undefined ? arrival.receivedAt : Date.parse(time);
  const installation = installationAt(meter, readAt);
  if (!installation) return notInstalled(meter, readAt);
  if (!installation.timeZone) return usagePointUnknown(installation);
  const { usagePointId } = installation;
  const content = { serialNumber: meter.serialNumber, usagePointId, registers, unnamed, clockInvalid };
  const when = { readAt: timestampFromMs(readAt) };
  return time === undefined
    ? newRecord(RegisterReadSchema, content, monthOf(readAt), arrival, arrival.payload, when)
    : newRecord(RegisterReadSchema, { ...content, ...when }, monthOf(readAt), arrival);
}

/** Maxima and minima: group D of IEC 62056-61, 5.4.1. */
const EXTREMES = /^\d+\.\d+\.\d+\.(?:3|6|13|16|23|26)\./;

/**
 * When the present value of a register was read, where that is not when the push was sent: a P1 port tells what the gas meter
 * said at the last full hour. The time of an extreme is when it occurred, and that of a stored value when it was stored.
 */
function readTime({ obis, time, storage = 0, extreme }: DecodedMeasurement): string | undefined {
  const isPresent = storage === 0 && obis.endsWith('.255') && !extreme && !EXTREMES.test(obis);
  return isPresent ? time : undefined;
}
