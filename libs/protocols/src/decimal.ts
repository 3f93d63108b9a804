/**
 * `raw` (finite) × 10^`scaler` as an exact decimal string: places are moved, nothing is computed, and the resolution
 * that the meter gave is kept (`scaleDecimal(2370, -1)` is `237.0`).
 */
export function scaleDecimal(raw: number | bigint, scaler = 0): string {
  if (Number.isSafeInteger(raw)) return scaleText(raw.toString(), scaler);
  if (typeof raw === 'number' && !Number.isInteger(raw)) return scaleText(plainDecimal(raw), scaler);
  return scaleText(typeof raw === 'number' ? BigInt(raw).toString() : raw.toString(), scaler);
}

function scaleText(text: string, scaler: number): string {
  if (scaler === 0) return text;
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const places = fraction.length - scaler;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  if (places <= 0) return digits === '0' ? '0' : sign(negative) + digits + '0'.repeat(-places);
  const padded = digits.padStart(places + 1, '0');
  return `${sign(negative)}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

const sign = (negative: boolean) => (negative ? '-' : '');

/** The shortest text of a finite float, without an exponent. */
function plainDecimal(value: number): string {
  const text = String(value);
  const exponent = text.indexOf('e');
  return exponent < 0 ? text : scaleText(text.slice(0, exponent), Number(text.slice(exponent + 1)));
}

/** A single-precision value as the shortest decimal that reads back as the same single: 0.1f is 0.1, not 0.10000000149. */
export function shortestSingle(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
