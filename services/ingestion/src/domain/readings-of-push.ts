import { create, toBinary, type DescMessage, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  LoadProfileRecordedSchema,
  RegisterReadSchema,
  type LoadProfileRecorded,
  type RegisterRead,
} from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { DecodedPush } from '@metermesh/protocols';
import { derivedId } from './event-id.ts';
import { intervalBlocks, type PlacedBlock } from './interval-blocks.ts';
import { installationAt, notInstalled, usagePointUnknown, type KnownMeter } from './known-meter.ts';
import { registerValues } from './register-values.ts';

/** What surrounds a push: not part of what the meter said, so not part of the event's identity. */
export interface Arrival {
  /** E.g. `dlms-push`, `http-csv`. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** The bytes as they came: what tells pushes apart that do not say when they were sent. */
  readonly payload: Uint8Array;
  /** How far ahead of its arrival a reading may lie, in milliseconds: clocks of meters drift. */
  readonly futureTolerance: number;
}

export interface NewReading {
  readonly id: string;
  /** The month of the stream, `yyyy-mm` in UTC. */
  readonly month: string;
  readonly event: LoadProfileRecorded | RegisterRead;
}

export interface ReadingsOfPush {
  readonly readings: readonly NewReading[];
  /** What was left aside while the rest went on. */
  readonly leftAside: readonly Refusal[];
}

/**
 * What a push becomes: interval values in whole units of their reading types, and registers, at the usage point where
 * the meter was at the time. The same content of the same meter always has the same id, however and whenever it comes.
 *
 * Refuses with READING_IN_FUTURE, METER_NOT_INSTALLED, USAGE_POINT_UNKNOWN or NOTHING_TO_RECORD where nothing is left;
 * else these, UNKNOWN_CHANNEL, INTERVAL_MISALIGNED, INTERVAL_UNSUITABLE, UNIT_MISMATCH and VALUE_OUT_OF_RANGE say what was left aside.
 */
export function readingsOfPush(
  push: DecodedPush,
  meter: KnownMeter,
  arrival: Arrival,
): ReadingsOfPush | Refusal {
  const latest = arrival.receivedAt + arrival.futureTolerance;
  const ahead = latestInstant(push);
  if (ahead > latest) {
    return refuse(
      'READING_IN_FUTURE',
      `Meter ${meter.serialNumber} reports ${new Date(ahead).toISOString()}, which is more than ` +
        `${arrival.futureTolerance / 60_000} min after it arrived: set the meter's clock, then discard this.`,
    );
  }
  const { blocks, leftAside } = intervalBlocks(push.loadProfiles, meter);
  const readings = [...recordedProfiles(blocks, meter, arrival)];
  const registers = registersRead(push, meter, arrival);
  if (isRefusal(registers)) leftAside.push(registers);
  else if (registers) readings.push(registers);
  if (readings.length > 0) return { readings, leftAside };
  return (
    leftAside[0] ??
    refuse(
      'NOTHING_TO_RECORD',
      `The frame of meter ${meter.serialNumber} holds no interval values and no registers.`,
    )
  );
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
function recordedProfiles(blocks: readonly PlacedBlock[], meter: KnownMeter, arrival: Arrival): NewReading[] {
  const groups = Map.groupBy(blocks, ({ usagePointId, start }) => `${monthOf(start)} ${usagePointId}`);
  return [...groups.values()].map((group) => {
    const { start, usagePointId } = group[0]!;
    const content = {
      serialNumber: meter.serialNumber,
      usagePointId,
      blocks: group.map((block) => ({
        readingType: block.readingType,
        start: timestampFromMs(block.start),
        intervalSeconds: block.intervalSeconds,
        values: [...block.values],
        qualities: block.qualities,
      })),
    };
    return newReading(LoadProfileRecordedSchema, content, monthOf(start), arrival);
  });
}

function registersRead(
  push: DecodedPush,
  meter: KnownMeter,
  arrival: Arrival,
): NewReading | Refusal | undefined {
  const registers = registerValues(push.measurements, meter.multiplier);
  if (registers.length === 0) return undefined;
  const readAt = push.time === undefined ? arrival.receivedAt : Date.parse(push.time);
  const installation = installationAt(meter, readAt);
  if (!installation) return notInstalled(meter, readAt);
  if (!installation.timeZone) return usagePointUnknown(installation);
  const content = { serialNumber: meter.serialNumber, usagePointId: installation.usagePointId, registers };
  if (push.time !== undefined) {
    return newReading(
      RegisterReadSchema,
      { ...content, readAt: timestampFromMs(readAt) },
      monthOf(readAt),
      arrival,
    );
  }
  const undated = newReading(RegisterReadSchema, content, monthOf(readAt), arrival, arrival.payload);
  (undated.event as RegisterRead).readAt = timestampFromMs(readAt);
  return undated;
}

function newReading<Schema extends DescMessage>(
  schema: Schema,
  content: MessageInitShape<Schema>,
  month: string,
  { receivedAt, source }: Arrival,
  distinction: Uint8Array = new Uint8Array(0),
): NewReading {
  const event = create(schema, content) as Message as NewReading['event'];
  const id = derivedId(event.$typeName, toBinary(schema, event as never), distinction);
  event.receivedAt = timestampFromMs(receivedAt);
  event.source = source;
  return { id, month, event };
}

const monthOf = (instant: number) => new Date(instant).toISOString().slice(0, 7);
