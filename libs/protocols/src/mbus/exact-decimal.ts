import { scaleDecimal, shortestSingle } from '../decimal.ts';

const ZEROS = '000000000000000000000000';

/** `scaleDecimal` with a short way for the integers that nearly all records hold. */
export function decimalText(raw: number | bigint, scaler: number): string {
  if (typeof raw === 'bigint' || !Number.isSafeInteger(raw) || scaler > 24 || scaler < -24)
    return scaleDecimal(raw, scaler);
  if (scaler === 0) return String(raw);
  if (scaler > 0) return raw === 0 ? '0' : raw + ZEROS.slice(0, scaler);
  const digits = String(raw < 0 ? -raw : raw);
  const missing = 1 - scaler - digits.length;
  const padded = missing > 0 ? ZEROS.slice(0, missing) + digits : digits;
  const point = padded.length + scaler;
  const text = `${padded.slice(0, point)}.${padded.slice(point)}`;
  return raw < 0 ? `-${text}` : text;
}

export { shortestSingle };
