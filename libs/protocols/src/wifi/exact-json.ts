import { DecodeError } from '../decode-error.ts';
import { scaleDecimal } from '../decimal.ts';

/** A number of a JSON text, with the digits that were sent. */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

export type ExactJson = string | boolean | null | ExactNumber | readonly ExactJson[] | ExactObject;
export interface ExactObject {
  readonly [key: string]: ExactJson | undefined;
}

/** Messages of plugs and meters have up to 4 KiB. */
const LONGEST = 65_536;
const DEEPEST = 16;

/**
 * JSON whose numbers keep their digits (a double would lose those beyond the fifteenth, and the zeros at the end).
 * Errors: `JSON_TOO_LONG`, `JSON_TOO_DEEP`, `JSON_INVALID`.
 */
export function parseExactJson(payload: Uint8Array | string, longest = LONGEST): ExactJson | DecodeError {
  if (payload.length > longest) {
    return new DecodeError('JSON_TOO_LONG', `The message has more than ${longest} octets.`, longest);
  }
  const text =
    typeof payload === 'string'
      ? payload
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  const tooDeep = nestedDeeper(text, DEEPEST);
  if (tooDeep !== undefined) {
    return new DecodeError('JSON_TOO_DEEP', `The message nests more than ${DEEPEST} deep.`, tooDeep);
  }
  try {
    return JSON.parse(text, exactly) as ExactJson;
  } catch (error) {
    const { message } = error as Error;
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return new DecodeError('JSON_INVALID', `The message is no JSON: ${message.slice(0, 120)}.`, offset);
  }
}

/** ECMAScript 2026, JSON.parse source text access: the third argument has a primitive's own text. */
function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value;
}

/** Where a JSON text nests deeper than so many levels, if it does: before it is parsed. */
export function nestedDeeper(text: string, deepest: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) return at;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return undefined;
}

export function isObject(value: ExactJson | undefined): value is ExactObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

export function isList(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value);
}

/** The own member of an object, never one that it inherits. */
export function member(object: ExactObject, key: string): ExactJson | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export interface Quantity {
  readonly raw: number | bigint;
  readonly scaler: number;
  readonly value: string;
}

const LARGEST_EXPONENT = 40;

/** A number times 10^`power`, exactly; `undefined` for anything that is none, or has an exponent beyond 40. */
export function quantityOf(json: ExactJson | undefined, power = 0): Quantity | undefined {
  const digits = json instanceof ExactNumber ? json.digits : typeof json === 'string' ? json.trim() : '';
  const parts = /^(-?)0*(\d{1,40})(?:\.(\d{1,20}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(digits);
  if (!parts) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (Math.abs(Number(exponent)) > LARGEST_EXPONENT) return undefined;
  const all = BigInt(sign + whole + fraction);
  const raw = all >= -MOST && all <= MOST ? Number(all) : all;
  const scaler = power + Number(exponent) - fraction.length;
  return { raw, scaler, value: scaleDecimal(raw, scaler) };
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** The sum of several numbers; `undefined` where one of them is none. */
export function sumOf(list: readonly ExactJson[], power = 0): Quantity | undefined {
  const quantities = list.map((json) => quantityOf(json, power));
  const scaler = Math.min(...quantities.map((quantity) => quantity?.scaler ?? 0));
  let sum = 0n;
  for (const quantity of quantities) {
    if (!quantity) return undefined;
    sum += BigInt(quantity.raw) * 10n ** BigInt(quantity.scaler - scaler);
  }
  const raw = sum >= -MOST && sum <= MOST ? Number(sum) : sum;
  return { raw, scaler, value: scaleDecimal(raw, scaler) };
}
