import { deviceEventTypes, type DeviceEventType } from '@metermesh/metering';
import { attempt, fail, type DecodeError } from '../../decode-error.ts';
import { parseObis } from '../../dlms/obis.ts';

/**
 * What the fields of one codec mean, from a file beside it (`<codec>.mapping.json`):
 * `{ "time": "timestamp", "fields": { "MeterReading": { "obis": "8.0.1.0.0.255", "quantity": "water volume",
 * "unit": "m3", "scale": -3 }, "internal": null }, "events": { "status.leak": { "type": "leak", "is": true } },
 * "switching": ["valve"] }`.
 * `[]` in a path stands for any index.
 */
export interface FieldMapping {
  /** Path of the time of all values: seconds since 1970, or ISO 8601. */
  readonly time?: string;
  /** `null`: of no interest. */
  readonly fields: ReadonlyMap<string, MappedField | null>;
  readonly events: ReadonlyMap<string, MappedEvent>;
  /** Fields of commands that switch a supply: what has one of them is no mere downlink. */
  readonly switching: ReadonlySet<string>;
}

export interface MappedField {
  readonly obis: string;
  readonly quantity?: string;
  readonly unit?: string;
  /** Power of ten: the field × 10^scale is in the unit. */
  readonly scale: number;
}

export interface MappedEvent {
  readonly type: DeviceEventType;
  /** The value that tells the event; absent: any but false, 0 and the empty text. */
  readonly is?: string | number | boolean;
}

/** Errors: `CODEC_MAPPING_INVALID`. */
export function parseFieldMapping(text: string): FieldMapping | DecodeError {
  return attempt(() => {
    const read = objectOf(parseJson(text), 'The mapping');
    const { time, fields = {}, events = {}, switching = [], ...others } = read;
    if (time !== undefined && typeof time !== 'string') invalid('"time" is no path');
    const [unknown] = Object.keys(others);
    if (unknown !== undefined)
      invalid(`"${unknown}" is not known; there are time, fields, events and switching`);
    if (!isListOfNames(switching)) invalid('"switching" is no list of names');
    return {
      time,
      switching: new Set(switching),
      fields: new Map(
        Object.entries(objectOf(fields, '"fields"')).map(([path, field]) => [path, mappedField(path, field)]),
      ),
      events: new Map(
        Object.entries(objectOf(events, '"events"')).map(([path, event]) => [path, mappedEvent(path, event)]),
      ),
    };
  });
}

/** What a map says of a path, `frames[3].value` by `frames[].value` where it has no entry of its own. */
export function ofPath<T>(map: ReadonlyMap<string, T>, path: string): T | undefined {
  return map.has(path) ? map.get(path) : map.get(path.replace(/\[\d+\]/g, '[]'));
}

/** Whether a command has a field that its codec's mapping marks as switching a supply. */
export function switchesSupply(mapping: FieldMapping | undefined, command: object): boolean {
  return mapping !== undefined && Object.keys(command).some((name) => mapping.switching.has(name));
}

const isListOfNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

function mappedField(path: string, field: unknown): MappedField | null {
  if (field === null) return null;
  const { obis, quantity, unit, scale = 0 } = objectOf(field, `Field "${path}"`);
  if (typeof obis !== 'string' || !parseObis(obis))
    return invalid(`field "${path}" needs an "obis" of six groups`);
  if (!Number.isInteger(scale) || Math.abs(scale as number) > 12)
    return invalid(`"scale" of field "${path}" is a power of ten from -12 to 12`);
  return { obis, quantity: textOf(quantity), unit: textOf(unit), scale: scale as number };
}

function mappedEvent(path: string, event: unknown): MappedEvent {
  const { type, is } = objectOf(event, `Event "${path}"`);
  const known = deviceEventTypes.find((name) => name === type);
  if (!known) return invalid(`"type" of event "${path}" is none of ${deviceEventTypes.join(', ')}`);
  return { type: known, is: is as MappedEvent['is'] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return invalid(`it is no JSON: ${(error as Error).message}`);
  }
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid(`${what} is no object`);
  return value as Record<string, unknown>;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

function invalid(what: string): never {
  return fail('CODEC_MAPPING_INVALID', `A codec's mapping cannot be used: ${what}.`, 0);
}
