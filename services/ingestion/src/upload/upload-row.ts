import { refuse, type Refusal } from '@metermesh/decider';
import { Quality } from '@metermesh/metering';
import { accumulationOf, parseObis, type DecodedPush } from '@metermesh/protocols';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { KnownMeter } from '../domain/known-meter.ts';
import { isDeviceName } from '../domain/sender.ts';
import { exactDecimal, type ExactDecimal } from '../domain/whole-units.ts';

const text = z.union([z.string().trim().min(1), z.number().transform(String)]);
const decimal = text.refine(
  (value) => exactDecimal(value) !== undefined,
  'is not a decimal number, e.g. 12.5',
);
const instant = z.string().transform((value, context) => {
  try {
    return Temporal.Instant.from(value).epochMilliseconds;
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'is not an instant with offset (RFC 3339), e.g. 2026-11-01T00:00:00+09:00',
    });
    return z.NEVER;
  }
});
const obis = text.refine(
  (value) => parseObis(value) !== undefined,
  'is not an OBIS code, e.g. 1.0.1.8.0.255',
);
const device = {
  serialNumber: text.refine(isDeviceName, 'is not 1 to 64 printable characters'),
  unit: z.string().trim().min(1).optional(),
};

const intervals = z
  .object({
    ...device,
    channel: z.string().optional(),
    obis: obis.optional(),
    start: instant,
    intervalSeconds: z.coerce.number().int().positive(),
    values: z
      .array(z.union([decimal, z.null()]))
      .min(1)
      .max(50_000),
    /** What whoever validated the values says of them; actual where absent. */
    qualities: z.array(z.enum(['actual', 'suspect', 'estimated', 'missing'])).optional(),
    /** What the values are, where the channel does not tell: the channel's own way of counting is not the file's. */
    accumulation: z.enum(['interval', 'cumulative', 'instantaneous']).optional(),
  })
  .refine((row) => row.channel || row.obis, 'needs a channel or an obis code')
  .refine(
    ({ values, qualities }) => !qualities || qualities.length === values.length,
    'needs as many qualities as values',
  );

const register = z.object({
  ...device,
  obis,
  readAt: instant,
  value: decimal,
  unit: z.string().trim().min(1),
});

export type IntervalRow = z.infer<typeof intervals>;
export type RegisterRow = z.infer<typeof register>;
export type UploadRow = IntervalRow | RegisterRow;

/**
 * One row of an upload: interval values (`start`, and `values` or one `value`), or a register (`readAt`, `value`). Empty
 * fields count as absent. Refuses with UPLOAD_ROW_INVALID, naming each field that does not fit.
 */
export function readUploadRow(record: unknown): UploadRow | Refusal {
  if (typeof record !== 'object' || record === null) return invalid('it is not an object with named fields');
  const given = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
  if ('start' in given && 'value' in given && !('values' in given)) given['values'] = [given['value']];
  if ('quality' in given && !('qualities' in given)) given['qualities'] = [given['quality']];
  const parsed = ('readAt' in given ? register : intervals).safeParse(given);
  if (parsed.success) return parsed.data;
  return invalid(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the row'}: ${message}`).join('; '),
  );
}

export const isRegisterRow = (row: UploadRow): row is RegisterRow => 'readAt' in row;

/** The row as a decoded push of its meter. Refuses with UNKNOWN_CHANNEL where the meter has no such channel. */
export function pushOfRow(row: UploadRow, meter: KnownMeter): DecodedPush | Refusal {
  const said = {
    device: { serialNumber: row.serialNumber },
    measurements: [],
    loadProfiles: [],
    events: [],
    warnings: [],
  };
  if (isRegisterRow(row)) {
    const time = new Date(row.readAt).toISOString();
    return { ...said, time, measurements: [{ obis: row.obis, value: row.value, unit: row.unit }] };
  }
  const channel = meter.channels.find(({ readingType }) => readingType === row.channel);
  const code = row.obis ?? channel?.obis;
  if (code === undefined) {
    const known = meter.channels.map(({ readingType }) => readingType).join(', ') || 'none';
    return refuse(
      'UNKNOWN_CHANNEL',
      `Meter ${meter.serialNumber} has no channel ${row.channel}; it has ${known}.`,
    );
  }
  const { values, scaler } = asIntegers(row.values);
  const { start, intervalSeconds, unit, accumulation = accumulationOf(code), qualities } = row;
  const profile = {
    obis: code,
    scaler,
    unit,
    accumulation,
    start,
    intervalSeconds,
    values,
    qualities: qualities && Uint8Array.from(qualities, (name) => qualityCodes[name]),
  };
  return { ...said, loadProfiles: [profile] };
}

const qualityCodes = {
  actual: Quality.Actual,
  suspect: Quality.Suspect,
  estimated: Quality.Estimated,
  missing: Quality.Missing,
};

/** Decimals as integers under one scaler: the finest that any of them needs. */
function asIntegers(texts: readonly (string | null)[]): { values: Float64Array; scaler: number } {
  const decimals = texts.map((value) => (value === null ? undefined : exactDecimal(value)));
  const scaler = Math.min(0, ...decimals.map((value) => value?.exponent ?? 0));
  const integer = ({ digits, exponent }: ExactDecimal) => Number(digits * 10n ** BigInt(exponent - scaler));
  return { values: Float64Array.from(decimals, (value) => (value ? integer(value) : Number.NaN)), scaler };
}

const invalid = (why: string) => refuse('UPLOAD_ROW_INVALID', `The row cannot be read: ${why}.`);
