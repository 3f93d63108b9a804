import { z } from 'zod';

const DECIMAL_EXPECTED = 'expected a decimal number in quotes, such as "120.5"';

/** Words that all parts of a tariff file share. Numbers are decimals in quotes, so that no digit is lost on the way. */
export const decimal = z
  .string(DECIMAL_EXPECTED)
  .regex(/^-?\d{1,15}(\.\d{1,9})?$/, DECIMAL_EXPECTED)
  .meta({ id: 'decimal' });
export const positive = decimal
  .refine((text) => Number(text) > 0, 'expected a number above zero')
  .meta({ id: 'positive' });
export const notNegative = decimal
  .refine((text) => Number(text) >= 0, 'expected zero or more')
  .meta({ id: 'not-negative' });
/** A part of one: 0.3 is 30 %. */
export const share = decimal
  .refine((text) => Number(text) >= 0 && Number(text) <= 1, 'expected 0 to 1')
  .meta({ id: 'share' });
export const code = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'expected a code of small letters, digits and hyphens')
  .meta({ id: 'code' });
export const monthDay = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'expected month and day, such as "07-01"');
/** Local time of day; 24:00 is the end of the day. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day, such as "22:00"');
export const rounding = z
  .strictObject({ to: positive, mode: z.enum(['down', 'half-up', 'up']) })
  .meta({ id: 'rounding' });
export const name = z
  .strictObject({ en: z.string().min(1), ko: z.string().min(1).optional() })
  .meta({ id: 'name' });
/** First and last day of the year, both included; together the seasons of a list hold each day once. */
export const seasons = z
  .array(z.strictObject({ code, from: monthDay, to: monthDay }))
  .min(1)
  .meta({ id: 'seasons' });

/** One value, or one for each season. */
export const bySeason = <T extends z.ZodType>(value: T) => z.union([value, z.record(code, value)]);

const date = z.iso.date().meta({ id: 'date' });

/** A value that changes at dates: each entry holds from its date until the next. */
export function dated<T extends z.ZodType>(value: T) {
  return z
    .array(z.strictObject({ from: date, value }))
    .min(1, 'expected at least one value')
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        const before = entries[index - 1];
        if (before && before.from >= entry.from)
          context.addIssue({
            code: 'custom',
            path: [index, 'from'],
            message: `${entry.from} is not after ${before.from}; write each change once, in order of time`,
          });
      });
    });
}

export type Name = z.infer<typeof name>;
export type Dated<T> = readonly { readonly from: string; readonly value: T }[];
export type BySeason<T> = T | Readonly<Record<string, T>>;

/** The value in force on a date; undefined before the first. */
export function valueOn<T>(values: Dated<T>, date: string): T | undefined {
  return values.findLast((entry) => entry.from <= date)?.value;
}
