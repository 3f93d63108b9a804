import { scaleDecimal } from '../../decimal.ts';
import type { JsonObject } from './payload-codec.ts';

/** One value of a decoded object. */
export interface Field {
  /** `air.temperature`, `frames[0].measurement.value`. */
  readonly path: string;
  /** Its name, without the name of the object around it where that only wraps value and unit. */
  readonly key: string;
  readonly value: number | string | boolean;
  readonly unit?: string;
  /** ISO 8601 in UTC, where value and time come together. */
  readonly time?: string;
}

const DEEPEST = 8;
const MOST_FIELDS = 500;

/**
 * The values of a decoded object, in order. Value objects, `{ value, unit }` as Decentlab and others write them or
 * `{ variable, value, date }` as Watteco does, are one field. `null` is no value.
 */
export function fieldsOf(data: JsonObject): {
  readonly fields: readonly Field[];
  readonly isComplete: boolean;
} {
  const fields: Field[] = [];
  let isComplete = true;
  const visit = (value: unknown, path: string, key: string, depth: number): void => {
    if (value === null || value === undefined) return;
    if (typeof value !== 'object') {
      if (fields.length < MOST_FIELDS) fields.push({ path, key, value: value as Field['value'] });
      else isComplete = false;
      return;
    }
    const whole = Array.isArray(value) ? undefined : valueObject(value as JsonObject, path, key);
    if (whole) return visitWhole(whole);
    if (depth === DEEPEST) {
      isComplete = false;
      return;
    }
    if (Array.isArray(value)) value.forEach((item, at) => visit(item, `${path}[${at}]`, key, depth + 1));
    else {
      for (const [name, item] of Object.entries(value))
        visit(item, path === '' ? name : `${path}.${name}`, name, depth + 1);
    }
  };
  const visitWhole = (field: Field): void => {
    if (fields.length < MOST_FIELDS) fields.push(field);
    else isComplete = false;
  };
  visit(data, '', '', 0);
  return { fields: withoutRepeats(fields), isComplete };
}

function valueObject(value: JsonObject, path: string, key: string): Field | undefined {
  const { value: plain = value['data'], unit, variable, date } = value;
  if (!isScalar(plain)) return undefined;
  if (typeof variable === 'string')
    return { path: `${path}.${variable}`, key: variable, value: plain, time: instant(date) };
  if (typeof unit === 'string' || 'displayName' in value)
    return { path, key, value: plain, unit: typeof unit === 'string' ? unit : undefined };
  return undefined;
}

/** Watteco's codecs tell every sample once with its time and once more without. */
function withoutRepeats(fields: readonly Field[]): readonly Field[] {
  const timed = new Set(fields.filter(({ time }) => time).map(({ key, value }) => `${key}\0${value}`));
  if (timed.size === 0) return fields;
  return fields.filter(
    ({ path, key, value, time }) => time || path !== key || !timed.has(`${key}\0${value}`),
  );
}

const isScalar = (value: unknown): value is Field['value'] =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

/** ISO 8601 in UTC of a time as codecs write them; `undefined` of anything else. */
export function instant(text: unknown): string | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}

/**
 * A number × 10^scale as a decimal. Codecs reckon in binary floating point: where a number is the neighbour of a much
 * shorter decimal (25041.529000000002), that one was meant.
 */
export function decimalText(value: number, scale = 0): string {
  const meant = Number(value.toPrecision(15));
  return scaleDecimal(String(value).length - String(meant).length >= 4 ? meant : value, scale);
}
