import { create, toBinary, type DescMessage, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { DeviceEventRecorded, LoadProfileRecorded, RegisterRead } from '@metermesh/contracts';
import { derivedId } from './event-id.ts';

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

/** An event about to be recorded. */
export interface NewRecord {
  readonly id: string;
  /** The month of the stream, `yyyy-mm` in UTC. */
  readonly month: string;
  readonly event: LoadProfileRecorded | RegisterRead | DeviceEventRecorded;
}

/**
 * The record of what a meter said. Its id derives from `content` alone, so that the same, said again, is the same record.
 *
 * @param distinction tells records of the same content apart where that is too little to go by
 * @param circumstances what belongs to the event but not to its identity
 */
export function newRecord<Schema extends DescMessage>(
  schema: Schema,
  content: MessageInitShape<Schema>,
  month: string,
  { receivedAt, source }: Arrival,
  distinction: string | Uint8Array = '',
  circumstances: MessageInitShape<Schema> = {} as MessageInitShape<Schema>,
): NewRecord {
  const event = create(schema, content) as Message as NewRecord['event'];
  const id = derivedId(event.$typeName, toBinary(schema, event as never), distinction);
  Object.assign(event, circumstances, { receivedAt: timestampFromMs(receivedAt), source });
  return { id, month, event };
}

export const monthOf = (instant: number) => new Date(instant).toISOString().slice(0, 7);
