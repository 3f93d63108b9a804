import {
  UNNAMED,
  type DecodedEvent,
  type DecodedMeasurement,
  type DecodedPush,
  type DecodeWarning,
} from '../../measurement.ts';
import { decimalText, fieldsOf, instant, type Field } from './fields.ts';
import { ofPath, type FieldMapping, type MappedEvent } from './field-mapping.ts';
import { normalizedMeaning } from './normalized-payload.ts';
import type { DecodedUplink, JsonObject } from './payload-codec.ts';
import { wellKnown, type Meaning } from './well-known-fields.ts';

/** From whom, and when the network received it, ISO 8601 in UTC. */
export interface UplinkOrigin {
  readonly address?: string;
  readonly receivedAt?: string;
}

/**
 * The measurements of a decoded uplink. What a field means says the user's mapping, else the normalizer's vocabulary, else
 * its own name and unit; all else stays, named `field:` and its path.
 */
export function pushOfUplink(
  { data, normalized, warnings }: DecodedUplink,
  mapping: FieldMapping | undefined,
  { address, receivedAt }: UplinkOrigin = {},
): DecodedPush {
  const { fields, isComplete } = fieldsOf(data);
  const mapped = mapping ? fields.filter(({ path }) => ofPath(mapping.fields, path) !== undefined) : [];
  const common = (normalized ?? []).flatMap(normalizedMeasurements);
  const said = new Set(common.map(({ obis, value }) => `${obis}=${value}`));
  const time = mapping?.time === undefined ? undefined : timeAt(fields, mapping.time);
  const own = fields.flatMap((field) => {
    const meaning = mapping && ofPath(mapping.fields, field.path);
    if (meaning === null || field.path === mapping?.time) return [];
    if (meaning) return [measurement(field, { quantity: 'unnamed', unit: undefined, ...meaning }, time)];
    const found = measurement(field, wellKnown(field), time);
    return said.has(`${found.obis}=${found.value}`) ? [] : [found];
  });
  const named = new Set(mapped.map(({ path }) => ofPath(mapping!.fields, path)?.obis));
  return {
    device: { address },
    time: receivedAt,
    measurements: numbered([...common.filter(({ obis }) => !named.has(obis)), ...own]),
    loadProfiles: [],
    events: [...normalizedEvents(normalized ?? []), ...mappedEvents(fields, mapping, time)],
    warnings: isComplete ? warnings : [...warnings, incomplete],
  };
}

const incomplete: DecodeWarning = {
  code: 'PAYLOAD_FIELDS_LEFT_OUT',
  message: 'The decoded object has more fields, or is nested deeper, than is kept.',
};

type Known = Omit<Meaning, 'quantity' | 'unit'> & { readonly quantity?: string; readonly unit?: string };

function measurement(field: Field, meaning: Known | undefined, time: string | undefined): DecodedMeasurement {
  const { path, value } = field;
  const code = `field:${path}`;
  const when = field.time ?? time;
  if (meaning === undefined || typeof value === 'boolean' || typeof value === 'string') {
    const { obis = UNNAMED, quantity } = meaning ?? {};
    const text = typeof value === 'number' ? decimalText(value) : String(value);
    return { obis, code, quantity, value: text, unit: meaning?.unit ?? field.unit, time: when };
  }
  const { obis, quantity, unit, scale } = meaning;
  return { obis, code, quantity, value: decimalText(value, scale), unit, time: when };
}

function normalizedMeasurements(element: JsonObject): DecodedMeasurement[] {
  const { time, ...values } = element;
  return fieldsOf(values).fields.map((field) =>
    measurement(field, normalizedMeaning(field) ?? wellKnown(field), instant(time)),
  );
}

function normalizedEvents(normalized: readonly JsonObject[]): DecodedEvent[] {
  return normalized.flatMap((element) =>
    (element['water'] as JsonObject | undefined)?.['leak'] === true
      ? [
          {
            code: 'field:water.leak',
            name: 'water leak',
            type: 'leak' as const,
            time: instant(element['time']),
          },
        ]
      : [],
  );
}

function mappedEvents(
  fields: readonly Field[],
  mapping: FieldMapping | undefined,
  time?: string,
): DecodedEvent[] {
  if (!mapping) return [];
  return fields.flatMap((field) => {
    const event = ofPath(mapping.events, field.path);
    if (!event || !tells(event, field.value)) return [];
    return [
      { code: `field:${field.path}`, name: String(field.value), type: event.type, time: field.time ?? time },
    ];
  });
}

const tells = ({ is }: MappedEvent, value: Field['value']) =>
  is === undefined ? Boolean(value) : value === is;

function timeAt(fields: readonly Field[], path: string): string | undefined {
  const value = fields.find((field) => field.path === path)?.value;
  return typeof value === 'number' ? new Date(value * 1000).toISOString() : instant(value);
}

/** Several values of one kind at one time are those of several units (indoor and outdoor): 1, 2 … */
function numbered(measurements: readonly DecodedMeasurement[]): DecodedMeasurement[] {
  const seen = new Map<string, number>();
  return measurements.map((measured) => {
    if (measured.obis === UNNAMED) return measured;
    const key = `${measured.obis} ${measured.time}`;
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before === 0 ? measured : { ...measured, subunit: before };
  });
}
