import { attempt, fail, type DecodeError } from '../decode-error.ts';
import { scaleDecimal } from '../decimal.ts';
import {
  UNNAMED,
  type DecodedDevice,
  type DecodedEvent,
  type DecodedMeasurement,
  type DecodedPush,
} from '../measurement.ts';
import type { MqttMessage } from '../mqtt-message.ts';
import {
  electrical,
  eventFields,
  fieldOf,
  isElectrical,
  measurementOf,
  type Field,
} from './zigbee2mqtt-field.ts';

export interface Zigbee2MqttOptions {
  /** First level of its topics. */
  readonly baseTopic?: string;
  /** What {@link friendlyNames} found before. */
  ieeeAddressOf?(friendlyName: string): string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * A message of Zigbee2MQTT: the state of a device, its availability, or an event of the bridge. Undefined for all that
 * has neither readings nor events; `ZIGBEE2MQTT_INVALID` where a state is no JSON object.
 */
export function decodeZigbee2Mqtt(
  message: MqttMessage,
  options: Zigbee2MqttOptions = {},
): DecodedPush | DecodeError | undefined {
  const { baseTopic = 'zigbee2mqtt' } = options;
  if (!message.topic.startsWith(`${baseTopic}/`) || message.payload.length === 0) return undefined;
  const name = message.topic.slice(baseTopic.length + 1);
  return attempt(() => {
    if (name === 'bridge/event') return bridgeEvent(json(message), options);
    if (name.startsWith('bridge/') || /\/(set|get)(\/.*)?$/.test(name)) return undefined;
    if (name.endsWith('/availability'))
      return availability(name.slice(0, -'/availability'.length), message, options);
    return state(name, json(message), options);
  });
}

/**
 * Names that people gave to devices, with their IEEE addresses (`0x…`), of a `bridge/devices` message; undefined for every
 * other message.
 */
export function friendlyNames({ topic, payload }: MqttMessage): ReadonlyMap<string, string> | undefined {
  if (!topic.endsWith('/bridge/devices')) return undefined;
  const names = new Map<string, string>();
  const devices = attempt(() => parse(payload));
  for (const device of Array.isArray(devices) ? (devices as unknown[]) : []) {
    if (!isObject(device)) continue;
    const { friendly_name: name, ieee_address: address } = device;
    if (typeof name === 'string' && typeof address === 'string') names.set(name, address);
  }
  return names;
}

function state(name: string, said: Json | undefined, options: Zigbee2MqttOptions): DecodedPush | undefined {
  if (!said) return undefined;
  const measurements: DecodedMeasurement[] = [];
  const events: DecodedEvent[] = [];
  for (const [key, value] of Object.entries(said)) {
    if (Object.hasOwn(eventFields, key)) {
      if (value === true) events.push({ code: key, name: key.replaceAll('_', ' '), type: eventFields[key] });
    } else {
      const measurement = measured(key, value, said);
      if (measurement) measurements.push(measurement);
    }
  }
  if (measurements.length === 0 && events.length === 0) return undefined;
  return push(deviceOf(name, said, options), { time: lastSeen(said['last_seen']), measurements, events });
}

const ABOUT_THE_MESSAGE = new Set(['last_seen', 'elapsed', 'device', 'update', 'action']);

function measured(key: string, value: unknown, said: Json): DecodedMeasurement | undefined {
  if (ABOUT_THE_MESSAGE.has(key)) return undefined;
  const switched = /^state(?:_l?(\d{1,2}))?$/.exec(key);
  if (switched && (value === 'ON' || value === 'OFF')) {
    const subunit = switched[1] === undefined ? undefined : Number(switched[1]);
    return {
      obis: '0.0.96.3.10.255',
      quantity: 'disconnect control',
      value: String(value === 'ON'),
      subunit,
    };
  }
  const field = typeof value === 'number' && Number.isFinite(value) ? meaning(key, said) : undefined;
  if (field)
    return {
      ...measurementOf(field, scaleDecimal(value as number, field.exponent)),
      ...(field.obis === UNNAMED && { code: codeOf(key) }),
    };
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'string') return undefined;
  return { obis: UNNAMED, code: codeOf(key), value: String(value) };
}

const codeOf = (key: string) => `zigbee2mqtt:${key}`;

function meaning(key: string, said: Json): Field | undefined {
  // Sensors on a battery tell its voltage, in millivolts, under the name that plugs use for the mains.
  const isOnBattery =
    ('battery' in said || 'battery_low' in said) && !('power' in said) && !('current' in said);
  if (key === 'voltage' && isOnBattery)
    return { obis: '0.0.96.6.3.255', quantity: 'battery voltage', unit: 'V', exponent: -3 };
  // Of three phases the first comes without a name.
  if (
    key !== 'energy' &&
    key !== 'produced_energy' &&
    isElectrical(key) &&
    `${key}_phase_b` in said &&
    !(`${key}_phase_a` in said)
  )
    return electrical(key, 1, 0);
  return fieldOf(key);
}

function availability(
  name: string,
  { payload }: MqttMessage,
  options: Zigbee2MqttOptions,
): DecodedPush | undefined {
  const text = Buffer.from(payload).toString('utf8');
  // Older releases send the word alone.
  if (!/^\s*("?offline"?|\{\s*"state"\s*:\s*"offline"\s*\})\s*$/.test(text)) return undefined;
  const event: DecodedEvent = { code: 'availability', name: 'offline', type: 'communication-failed' };
  return push(deviceOf(name, {}, options), { events: [event] });
}

function bridgeEvent(said: Json | undefined, options: Zigbee2MqttOptions): DecodedPush | undefined {
  const data = said?.['data'];
  if (said?.['type'] !== 'device_leave' || !isObject(data)) return undefined;
  const { friendly_name: name, ieee_address: ieeeAddr } = data;
  const device = deviceOf(typeof name === 'string' ? name : '', { device: { ieeeAddr } }, options);
  return push(device, {
    events: [{ code: 'device_leave', name: 'left the network', type: 'communication-failed' }],
  });
}

function push(device: DecodedDevice, said: Partial<DecodedPush>): DecodedPush {
  return { device, measurements: [], loadProfiles: [], events: [], warnings: [], ...said };
}

function deviceOf(name: string, said: Json, { ieeeAddressOf }: Zigbee2MqttOptions): DecodedDevice {
  const about = isObject(said['device']) ? said['device'] : {};
  const { ieeeAddr = about['ieee_address'], manufacturerName, softwareBuildID } = about;
  const address = zigbeeAddress(ieeeAddr) ?? zigbeeAddress(name) ?? zigbeeAddress(ieeeAddressOf?.(name));
  return {
    ...(address ? { address } : { serialNumber: name }),
    manufacturer: typeof manufacturerName === 'string' ? manufacturerName : undefined,
    version: typeof softwareBuildID === 'string' ? softwareBuildID : undefined,
  };
}

function zigbeeAddress(text: unknown): string | undefined {
  const digits = typeof text === 'string' ? /^0x([0-9a-f]{16})$/i.exec(text)?.[1] : undefined;
  return digits && `zigbee:${digits.toUpperCase()}`;
}

/** `last_seen` is ISO 8601 (with Z or offset) or milliseconds since 1970; what is neither says nothing. */
function lastSeen(value: unknown): string | undefined {
  const isInstant = typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value);
  const instant = typeof value === 'number' ? value : isInstant ? Date.parse(value as string) : Number.NaN;
  return Number.isFinite(instant) && Math.abs(instant) < 8.64e15
    ? new Date(instant).toISOString()
    : undefined;
}

function json({ payload }: MqttMessage): Json | undefined {
  const value = parse(payload);
  return isObject(value) ? value : undefined;
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch (error) {
    fail(
      'ZIGBEE2MQTT_INVALID',
      `The payload is not JSON (${(error as Error).message}): Zigbee2MQTT must publish json.`,
      0,
    );
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
