import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { isTimeZone } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { faultsText, jsonFaults } from '../json-faults.ts';
import { decimalString, exact, sum as sumOf } from './exact.ts';
import { intervalUsage } from './interval-usage.ts';
import { periodOf, type Period } from './period.ts';
import type { Entitlement, RatingInput } from './rating-input.ts';
import { TotalUsage } from './total-usage.ts';
import type { MeteredQuantity, Usage } from './usage.ts';
import type { Tariff } from '../tariff/tariff.ts';

/** Numbers of JSON are binary, and noise beyond these decimals. */
const DECIMALS = 9;

/** Numbers may come as numbers or, without any doubt about their digits, as text. */
const text = z.union([
  z.string(),
  z.number().transform((value) => decimalString(exact(value).toDecimalPlaces(DECIMALS))),
]);
const quantity = text.pipe(
  z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'expected a quantity of at least zero, such as "427"'),
);
const decimal = text.pipe(z.string().regex(/^-?\d{1,12}(\.\d{1,9})?$/, 'expected a number, such as "15.5"'));
const share = text.pipe(
  z.string().regex(/^(0(\.\d{1,9})?|1(\.0+)?)$/, 'expected a part of one, such as "0.93"'),
);
const values = z.array(quantity).min(1).max(600_000).optional();
const instant = z.string().min(1);
/** For the whole period, or by local date. */
const daily = <T extends z.ZodType>(value: T) => z.union([value, z.record(z.iso.date(), value)]);

const request = z.strictObject({
  start: z.string(),
  end: z.string(),
  usage: z.strictObject({
    kWh: quantity.optional(),
    m3: quantity.optional(),
    exportKWh: quantity.optional(),
    laggingKvarh: quantity.optional(),
    leadingKvarh: quantity.optional(),
    intervals: z
      .strictObject({
        start: z.string(),
        minutes: z.int().min(1).max(1440),
        timeZone: z.string().refine(isTimeZone, 'expected a time zone such as "Asia/Seoul"').optional(),
        kWh: values,
        m3: values,
        exportKWh: values,
        laggingKvarh: values,
        leadingKvarh: values,
      })
      .optional(),
    timeOfUse: z.record(z.string(), quantity).optional(),
    maxKw: z.union([quantity, z.record(z.string(), quantity)]).optional(),
  }),
  contractKw: quantity.optional(),
  discounts: z
    .array(
      z.union([
        z.string(),
        z.strictObject({ code: z.string(), from: z.iso.date().optional(), to: z.iso.date().optional() }),
      ]),
    )
    .optional(),
  attributes: z.record(z.string(), text).optional(),
  powerFactor: z.strictObject({ lagging: share.optional(), leading: share.optional() }).optional(),
  demandHistory: z
    .record(
      z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month such as "2024-07"'),
      z.union([quantity, z.record(z.string(), quantity)]),
    )
    .optional(),
  systemPeaks: z.array(instant).optional(),
  gas: z
    .strictObject({
      gaugePressureKPa: daily(decimal).optional(),
      atmosphericPressureKPa: daily(quantity).optional(),
      temperatureC: daily(decimal).optional(),
      compressibility: daily(quantity).optional(),
      correctionFactor: daily(quantity).optional(),
      calorificValue: daily(quantity).optional(),
    })
    .optional(),
});

/** What to rate, as JSON: local dates, the end exclusive, what was used in the tariff's unit, and what else its charges ask. */
export type RatingRequest = z.input<typeof request>;
/** The same, checked, its numbers as text. */
export type CheckedRequest = z.output<typeof request>;
type MeteredRequest = CheckedRequest['usage'];
export type RequestedIntervals = NonNullable<MeteredRequest['intervals']>;

/** What each member of `usage` counts. */
export const members = {
  kWh: 'import',
  m3: 'import',
  exportKWh: 'export',
  laggingKvarh: 'reactive-import',
  leadingKvarh: 'reactive-export',
} as const satisfies Record<string, MeteredQuantity>;

/** A request from parsed JSON, as far as it can be understood without a tariff. Refusal: `REQUEST_INVALID`. */
export function checkedRequest(json: unknown): CheckedRequest | Refusal {
  const parsed = request.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = jsonFaults(parsed.error);
  return invalid(
    faultsText(faults.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`)),
  );
}

/**
 * Reads a request for a tariff. Refusals: `REQUEST_INVALID`, `PERIOD_INVALID`, `PERIOD_TOO_LONG`, `USAGE_UNIT_MISMATCH`,
 * `INTERVALS_DO_NOT_COVER_PERIOD`, `DISCOUNT_UNKNOWN`.
 */
export function ratingInput(json: unknown, tariff: Tariff): RatingInput | Refusal {
  const checked = checkedRequest(json);
  if (isRefusal(checked)) return checked;
  const { start, end, usage: metered, discounts = [], systemPeaks, ...rest } = checked;
  const period = periodOf(start, end);
  if (isRefusal(period)) return period;
  const usage = usageOf(metered, tariff, period);
  if (isRefusal(usage)) return usage;
  const entitlements = discounts.map((one) => (typeof one === 'string' ? { code: one } : one));
  const ended = entitlements.find(({ from, to }) => from !== undefined && to !== undefined && to <= from);
  if (ended)
    return invalid(`discounts: "${ended.code}" ends on ${ended.to}, not after its start ${ended.from}.`);
  const peaks = systemPeaks && instants(systemPeaks, metered.intervals?.timeZone ?? 'UTC');
  if (isRefusal(peaks)) return peaks;
  return (
    unknownDiscount(tariff, entitlements) ?? {
      ...rest,
      period,
      usage,
      acceptsLongerIntervals: true,
      discounts: entitlements,
      systemPeaks: peaks,
    }
  );
}

function usageOf(metered: MeteredRequest, { unit }: Tariff, period: Period): Usage | Refusal {
  const { intervals, timeOfUse, maxKw } = metered;
  const other = unit === 'kWh' ? 'm3' : 'kWh';
  const has = (one: Record<string, unknown>, member: string) => one[member] !== undefined;
  const given = Object.keys(members).filter((member) => has(metered, member));
  const inIntervals = intervals ? Object.keys(members).filter((member) => has(intervals, member)) : [];
  const twice = inIntervals.find((member) => has(metered, member));
  if (twice) return invalid(`usage: give ${twice} either as a total or as intervals, not both.`);
  const isOther = has(metered, other) || inIntervals.includes(other);
  if (isOther || (!has(metered, unit) && !inIntervals.includes(unit) && !timeOfUse))
    return refuse(
      'USAGE_UNIT_MISMATCH',
      `The tariff rates ${unit}; give usage.${unit} or usage.intervals.${unit}${isOther ? `, no ${other}` : ''}.`,
    );
  if (!intervals) return totalUsage(metered, unit);
  if (timeOfUse || given.length > 0)
    return invalid(
      `usage: ${[...given, ...(timeOfUse ? ['timeOfUse'] : [])].join(', ')} and intervals; give one or the other.`,
    );
  return intervalUsage(period, intervals, maxKw);
}

function totalUsage(metered: MeteredRequest, unit: 'kWh' | 'm3'): Usage | Refusal {
  const { timeOfUse, maxKw } = metered;
  const sum = timeOfUse && sumOf(Object.values(timeOfUse).map(exact));
  const total = metered[unit];
  if (sum && total !== undefined && !sum.equals(total))
    return invalid(`usage: timeOfUse adds up to ${decimalString(sum)}, ${unit} is ${total}.`);
  const totals: Partial<Record<MeteredQuantity, string>> = {};
  for (const [member, name] of Object.entries(members)) {
    const value = metered[member as keyof typeof members];
    if (value !== undefined) totals[name] = value;
  }
  return new TotalUsage({ totals, timeOfUse, maxKw });
}

function unknownDiscount(tariff: Tariff, entitlements: readonly Entitlement[]): Refusal | undefined {
  const known = new Set(
    tariff.charges.flatMap((charge) => (charge.kind === 'discount' ? (charge.for ?? []) : [])),
  );
  const unknown = entitlements.find(({ code }) => !known.has(code));
  return (
    unknown &&
    refuse(
      'DISCOUNT_UNKNOWN',
      `${tariff.id} has no discount for "${unknown.code}"; ` +
        (known.size > 0
          ? `it has some for ${[...known].join(', ')}.`
          : 'it has none that needs an entitlement.'),
    )
  );
}

/** With an offset or Z, or in local time. */
function instants(times: readonly string[], timeZone: string): number[] | Refusal {
  const found: number[] = [];
  for (const time of times) {
    try {
      const hasOffset = /(Z|[+-]\d\d:?\d\d)$/.test(time);
      const instant = hasOffset
        ? Temporal.Instant.from(time)
        : Temporal.PlainDateTime.from(time).toZonedDateTime(timeZone).toInstant();
      found.push(instant.epochMilliseconds);
    } catch {
      return invalid(`systemPeaks: "${time}" is no time such as 2025-07-01T17:00.`);
    }
  }
  return found;
}

const invalid = (message: string): Refusal => refuse('REQUEST_INVALID', message);
