import { scaleDecimal } from '../decimal.ts';
import { attempt, DecodeError, isDecodeError } from '../decode-error.ts';
import { formatObis, quantityName, storageOf, tariffOf } from '../dlms/obis.ts';
import { unitSymbol } from '../dlms/units.ts';
import { textOrHex, toHex } from '../hex.ts';
import {
  UNNAMED,
  type DecodedDevice,
  type DecodedMeasurement,
  type DecodedPush,
  type DecodeWarning,
} from '../measurement.ts';
import {
  CLOSE_RESPONSE,
  GET_LIST_RESPONSE,
  OPEN_RESPONSE,
  readMessages,
  type SmlEntry,
  type SmlMessage,
} from './message.ts';
import { deviceOfServerId } from './server-id.ts';
import type { SmlFrame } from './splitter.ts';
import type { SmlTime } from './time.ts';
import { openTransport } from './transport.ts';

/**
 * What a frame of the transport protocol says: one push, or one for each meter where a gateway speaks for several.
 * Errors: those of {@link openTransport} and {@link readMessages}, with offsets in the stream.
 */
export function decodeSmlFrame({ octets, offset }: SmlFrame): (DecodedPush | DecodeError)[] {
  const payload = openTransport(octets);
  if (isDecodeError(payload)) return [shifted(payload, payload.offset + offset)];
  return decodeSmlMessages(payload.messages).map((result) =>
    isDecodeError(result) ? shifted(result, payload.frameOffset(result.offset) + offset) : result,
  );
}

const shifted = ({ code, message }: DecodeError, offset: number) => new DecodeError(code, message, offset);

/** The same for messages without transport. */
export function decodeSmlMessages(octets: Uint8Array): (DecodedPush | DecodeError)[] {
  const messages = attempt(() => readMessages(octets));
  if (isDecodeError(messages)) return [messages];
  const opened = messages.find(({ tag }) => tag === OPEN_RESPONSE)?.serverId;
  const lists = Map.groupBy(
    messages.filter(({ tag }) => tag === GET_LIST_RESPONSE),
    ({ serverId = opened }) => (serverId ? toHex(serverId) : ''),
  );
  const warnings = messages.flatMap(unreadMessage);
  if (lists.size === 0) return [{ ...pushOf([], opened), warnings }];
  return [...lists.values()].map((list) => ({ ...pushOf(list, list[0]!.serverId ?? opened), warnings }));
}

function unreadMessage({ tag }: SmlMessage): DecodeWarning[] {
  if (tag === OPEN_RESPONSE || tag === CLOSE_RESPONSE || tag === GET_LIST_RESPONSE) return [];
  const name = tag.toString(16).toUpperCase().padStart(4, '0');
  return [
    { code: 'SML_MESSAGE_UNREAD', message: `A message of type ${name} is not read: lists are (0701).` },
  ];
}

function pushOf(lists: readonly SmlMessage[], serverId: Uint8Array | undefined): DecodedPush {
  const times = lists.map(({ sensorTime }) => sensorTime);
  const measurements = lists.flatMap(({ entries }) => entries.flatMap(measurementsOf));
  const secondsIndex = times.find((time) => time?.secondsIndex !== undefined)?.secondsIndex;
  if (secondsIndex !== undefined) {
    const value = String(secondsIndex);
    measurements.push({ obis: UNNAMED, code: 'sml:secIndex', quantity: 'seconds index', value });
  }
  return {
    device: deviceOf(serverId, measurements),
    time: isoTime(times.find((time) => time?.instant !== undefined)),
    measurements,
    loadProfiles: [],
    events: [],
    warnings: [],
  };
}

/** Manufacturer's letters: of the FNN's meters, and of those before. */
const makers = new Set(['1.0.96.50.1.1', '129.129.199.130.3.255']);

function deviceOf(
  serverId: Uint8Array | undefined,
  measurements: readonly DecodedMeasurement[],
): DecodedDevice {
  const maker = measurements.find(({ obis }) => makers.has(obis))?.value;
  const device = serverId ? deviceOfServerId(serverId) : {};
  return { ...device, manufacturer: device.manufacturer ?? maker };
}

const isoTime = (time: SmlTime | undefined) =>
  time?.instant === undefined ? undefined : new Date(time.instant).toISOString();

interface Meaning {
  readonly quantity?: string;
  readonly storage?: number;
  readonly tariff?: number;
}

const known = new Map<string, Meaning>();
const MOST_KNOWN = 4096;

/** What the groups of a code say; remembered, because every frame has the same codes. */
function meaningOf(obis: string): Meaning {
  const remembered = known.get(obis);
  if (remembered) return remembered;
  const meaning = { quantity: quantityName(obis), storage: storageOf(obis), tariff: tariffOf(obis) };
  if (known.size < MOST_KNOWN) known.set(obis, meaning);
  return meaning;
}

function measurementsOf({ name, status, time, unit, scaler, value }: SmlEntry): DecodedMeasurement[] {
  const obis = name.length === 6 ? formatObis(name) : UNNAMED;
  const code = name.length === 6 ? undefined : `sml:${toHex(name)}`;
  const { quantity, storage, tariff } = meaningOf(obis);
  const named = { obis, code, quantity, time: isoTime(time) };
  const measurements: DecodedMeasurement[] = [];
  if (typeof value === 'number' || typeof value === 'bigint') {
    measurements.push({
      ...named,
      value: scaleDecimal(value, scaler),
      unit: unit === undefined ? undefined : unitSymbol(unit),
      raw: value,
      scaler,
      unitCode: unit,
      storage,
      tariff,
    });
  } else if (value !== undefined) {
    measurements.push({ ...named, value: textOf(value) });
  }
  if (status !== undefined) {
    measurements.push({
      obis: UNNAMED,
      code: `sml:status/${obis}`,
      quantity: 'status',
      value: String(status),
    });
  }
  return measurements;
}

function textOf(value: boolean | Uint8Array | { readonly time?: SmlTime }): string {
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return textOrHex(value);
  return isoTime(value.time) ?? String(value.time?.secondsIndex ?? '');
}
