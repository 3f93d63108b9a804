import { attempt, isDecodeError, type DecodeError } from '../decode-error.ts';
import type { DecodedEvent, DecodedPush } from '../measurement.ts';
import type { MqttMessage } from '../mqtt-message.ts';
import {
  isList,
  isObject,
  member,
  parseExactJson,
  quantityOf,
  type ExactJson,
  type ExactObject,
} from './exact-json.ts';
import { mqttAddress } from './mqtt-address.ts';
import { Readings } from './readings.ts';
import { errorsOf, isComponent, readComponent, shellyEvent } from './shelly-components.ts';
import { readGen1Info, readGen1Topic } from './shelly-gen1.ts';

/**
 * A message of a Shelly: `<id>/events/rpc` and `<id>/status/<component>` of the second generation and later,
 * `shellies/<id>/…` of the first. Undefined for messages without readings and events. Errors: `JSON_INVALID`,
 * `JSON_TOO_LONG`, `JSON_TOO_DEEP`.
 */
export function decodeShelly({ topic, payload }: MqttMessage): DecodedPush | DecodeError | undefined {
  const levels = topic.split('/');
  const first = levels.indexOf('shellies');
  if (first >= 0) return gen1(levels.slice(first + 1), payload);
  const isRpc = /(?:^|\/)(?:events\/)?rpc$/.test(topic);
  const component = /\/status\/([^/]+)$/.exec(topic)?.[1];
  if (!isRpc && !(component && isComponent(component))) return undefined;
  const json = parseExactJson(payload);
  return isDecodeError(json) ? json : decodeShellyJson(topic, json);
}

/** The same of a message of the second generation that is parsed. */
export function decodeShellyJson(topic: string, json: ExactJson): DecodedPush | DecodeError | undefined {
  return attempt(() => {
    if (!isObject(json)) return undefined;
    const component = /\/status\/([^/]+)$/.exec(topic)?.[1];
    const id = topic.replace(/\/(?:events\/rpc|rpc|status\/[^/]+)$/, '');
    if (component) return pushOf(id, { [component]: json });
    const source = member(json, 'src');
    const status = ['params', 'result', 'status'].map((key) => member(json, key)).find(isObject) ?? json;
    // The broker vouches for the topic, not for what a client writes into its messages.
    return pushOf(id || (typeof source === 'string' ? source : ''), status);
  });
}

function pushOf(id: string, status: ExactObject): DecodedPush | undefined {
  const time = timeOf(status);
  const readings = new Readings();
  const events: DecodedEvent[] = eventsOf(status, time);
  for (const [name, component] of Object.entries(status)) {
    if (!isObject(component) || !isComponent(name)) continue;
    readComponent(name, component, readings);
    events.push(...errorsOf(name, component));
  }
  return messageOf(id, time, readings, events);
}

function messageOf(
  id: string,
  time: string | undefined,
  { measurements }: Readings,
  events: DecodedEvent[],
): DecodedPush | undefined {
  if (measurements.length === 0 && events.length === 0) return undefined;
  const device = { address: mqttAddress(id), manufacturer: 'Shelly' };
  return { device, time, measurements, loadProfiles: [], events, warnings: [] };
}

/** `params.events` of a NotifyEvent. */
function eventsOf(params: ExactObject, time: string | undefined): DecodedEvent[] {
  const events = member(params, 'events');
  if (!isList(events)) return [];
  return events.slice(0, 64).flatMap((event) => {
    if (!isObject(event)) return [];
    const name = member(event, 'event');
    const component = member(event, 'component');
    if (typeof name !== 'string' || typeof component !== 'string') return [];
    return shellyEvent(component, name, instantOf(member(event, 'ts')) ?? time) ?? [];
  });
}

/** `ts` of a notification, else the clock of the system component. */
function timeOf(status: ExactObject): string | undefined {
  const system = member(status, 'sys');
  return (
    instantOf(member(status, 'ts')) ?? (isObject(system) ? instantOf(member(system, 'unixtime')) : undefined)
  );
}

/** Before it has asked a time server a Shelly's clock says nothing, or counts from 1970. */
const EARLIEST = 1_500_000_000;

function instantOf(json: ExactJson | undefined): string | undefined {
  const seconds = Number(quantityOf(json)?.value);
  if (!(seconds >= EARLIEST && seconds < 253_370_764_800)) return undefined;
  return new Date(Math.round(seconds * 1000)).toISOString();
}

function gen1([id = '', ...path]: string[], payload: Uint8Array): DecodedPush | DecodeError | undefined {
  const readings = new Readings();
  if (path.join('/') === 'info') {
    const info = parseExactJson(payload);
    if (isDecodeError(info)) return info;
    if (!isObject(info)) return undefined;
    readGen1Info(id, info, readings);
    return messageOf(id, instantOf(member(info, 'unixtime')), readings, []);
  }
  const text = Buffer.from(payload.subarray(0, 64)).toString('latin1');
  const events = path.join('/') === 'overtemperature' && text === '1' ? [OVERTEMPERATURE] : [];
  readGen1Topic(id, path.join('/'), text, readings);
  return messageOf(id, undefined, readings, events);
}

const OVERTEMPERATURE: DecodedEvent = {
  code: 'overtemperature',
  name: 'overtemperature',
  type: 'temperature-out-of-range',
};
