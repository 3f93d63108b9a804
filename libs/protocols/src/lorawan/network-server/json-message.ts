import { fail, isDecodeError } from '../../decode-error.ts';
import { nestedDeeper } from '../../wifi/exact-json.ts';

/** Far more than a network server writes of one message, its gateways' receptions and decoded object with it. */
const MOST_OCTETS = 128 * 1024;
const DEEPEST = 32;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The object that a message is. Fails with `JSON_TOO_LONG`, `JSON_INVALID`, `JSON_TOO_DEEP`. */
export function parseJsonRecord(payload: Uint8Array): JsonRecord {
  if (payload.length > MOST_OCTETS)
    fail(
      'JSON_TOO_LONG',
      `A message has ${MOST_OCTETS} octets at most, this one ${payload.length}.`,
      MOST_OCTETS,
    );
  if (payload[0] !== 0x7b)
    fail(
      'JSON_INVALID',
      'The message is no JSON object: let the network server write JSON, not Protobuf.',
      0,
    );
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    const tooDeep = nestedDeeper(text, DEEPEST);
    if (tooDeep !== undefined)
      fail('JSON_TOO_DEEP', `The message is nested deeper than ${DEEPEST} levels.`, tooDeep);
    return JSON.parse(text) as JsonRecord;
  } catch (error) {
    if (isDecodeError(error)) throw error;
    return fail('JSON_INVALID', `The message is no JSON: ${(error as Error).message}.`, 0);
  }
}

/** The object at a path; an empty one where there is none, for fields are left out when they are empty. */
export function recordAt(value: JsonRecord, ...path: readonly string[]): JsonRecord {
  let at: unknown = value;
  for (const name of path) at = isRecord(at) ? at[name] : undefined;
  return isRecord(at) ? at : {};
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Octets of base64. Fails with `MESSAGE_PAYLOAD_INVALID`. */
export function octetsOf(value: unknown): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array();
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value))
    return fail('MESSAGE_PAYLOAD_INVALID', 'The payload of the uplink is no base64.', 0);
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** `lorawan:` and the DevEUI in capitals. Fails with `MESSAGE_DEVICE_INVALID`. */
export function lorawanAddress(devEui: unknown): string {
  if (typeof devEui !== 'string' || !/^[0-9a-f]{16}$/i.test(devEui))
    return fail('MESSAGE_DEVICE_INVALID', 'The message names no DevEUI of 16 hexadecimal digits.', 0);
  return `lorawan:${devEui.toUpperCase()}`;
}

/** ISO 8601 in UTC with milliseconds; `undefined` of what is no time. */
export function instantOf(value: unknown): string | undefined {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}

/** A port as LoRaWAN has it. Fails with `MESSAGE_PORT_INVALID`. */
export function portOf(value: unknown): number {
  const port = value ?? 0;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 255)
    return fail('MESSAGE_PORT_INVALID', 'The port of the uplink is no number from 0 to 255.', 0);
  return port;
}
