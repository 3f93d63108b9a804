import { refuse, type Refusal } from '@metermesh/decider';
import {
  isDecodeError,
  type DecodedPush,
  type DecodeError,
  type ResolveLocalTime,
} from '@metermesh/protocols';
import type { MqttClient } from '../../adapters/mqtt-clients.table.ts';
import type { KnownMeter } from '../../domain/known-meter.ts';
import type { Submission } from '../../submission.ts';
import { undecodable } from '../decode-dlms-frame.ts';
import { byClock } from '../local-clock.ts';
import { senderOfDevice } from '../sender-of-device.ts';

/** A message that a client published, and who that is. */
export interface ClientMessage {
  /** As the dialect has it, without what stands before it of a client that is not the first. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When the broker stored it, milliseconds since 1970. */
  readonly receivedAt: number;
  readonly client: MqttClient;
  readonly source: string;
  /** What quarantine keeps of how it came. */
  readonly context: Readonly<Record<string, string>>;
}

/** How a kind of client speaks at the MQTT broker. */
export interface Dialect {
  /** As the device registry names it: `TASMOTA`. */
  readonly name: string;
  /** Of its submissions: `mqtt-tasmota`. */
  readonly source: string;
  readonly isText: boolean;
  /** Filters of the topics at which a client publishes; `{client}` is its name. */
  readonly says: readonly string[];
  readonly hears: readonly string[];
  /**
   * The usual topics of a dialect that speaks for many devices and names no client in them: they belong to the first client,
   * for nobody can tell who else speaks there. Any further one has them below `bridges/{client}/`.
   */
  readonly usual?: readonly string[];
  /** What a message says; nothing where it has neither readings nor events. */
  submissionsOf(message: ClientMessage): readonly Submission[] | Promise<readonly Submission[]>;
  /** Learns who is who from a message; answers the names of devices whose earlier messages can be read now. */
  learn?(message: ClientMessage): Promise<readonly string[]>;
}

/** Refuses with NOT_ITS_METER what a client says of a meter that is neither it nor assigned to its concentrator. */
export function admitted(
  { client, serialNumber, concentratorId }: MqttClient,
  meter: KnownMeter,
): Refusal | undefined {
  if (concentratorId ? meter.concentratorId === concentratorId : meter.serialNumber === serialNumber)
    return undefined;
  const remedy = concentratorId
    ? `assign the meter to concentrator ${concentratorId}, then replay this`
    : `${client} is the login of meter ${serialNumber} alone`;
  return refuse(
    'NOT_ITS_METER',
    `MQTT client ${client} may not speak for meter ${meter.serialNumber}: ${remedy}.`,
  );
}

/** What a codec of a dialect reads in a message. A device is who logged in as it, however the message calls it. */
export function pushSubmissions(
  message: ClientMessage,
  decode: (resolveLocalTime?: ResolveLocalTime) => DecodedPush | DecodeError | undefined,
): Submission[] {
  const { client, payload, receivedAt, source, context } = message;
  const { asSent, at } = byClock(decode);
  if (asSent === undefined) return [];
  const read = (push: DecodedPush | DecodeError | undefined) =>
    isDecodeError(push) ? undecodable(push) : (push ?? nothingSaid);
  const self = client.serialNumber && { serialNumbers: [client.serialNumber] };
  const sender = self || (isDecodeError(asSent) ? undecodable(asSent) : senderOfDevice(asSent.device));
  const open = (meter: KnownMeter) => admitted(client, meter) ?? read(at(meter));
  return [{ source, receivedAt, isLive: self !== undefined, payload, context, sender, open }];
}

const nothingSaid = refuse('NOTHING_TO_RECORD', 'The message has neither readings nor events.');
