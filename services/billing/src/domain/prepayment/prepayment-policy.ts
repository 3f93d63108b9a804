import { refuse, type Refusal } from '@metermesh/decider';
import { z } from 'zod';

const amounts = z.record(
  z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as "KRW"'),
  z.string().regex(/^\d{1,12}(\.\d{1,4})?$/, 'expected an amount in quotes, such as "10000"'),
);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day, such as "10:00"');

const prepaymentPolicy = z.strictObject({
  /** Credit is low below the amount, by currency, or when it lasts fewer days at the rate of the last ones. */
  lowBalance: z.strictObject({ amount: amounts, daysLeft: z.int().min(0).max(60) }),
  /** How many of the last drawn days the rate of use is told from. */
  recentDays: z.int().min(1).max(31),
  /** How far below zero a balance may fall before the supply is at stake, by currency; nothing where a currency is absent. */
  emergencyCredit: amounts,
  /** When alone a disconnection may be asked for, local time of the usage point: all other hours are protected. */
  disconnection: z
    .strictObject({
      /** ISO 8601: 1 is Monday. */
      weekdays: z.array(z.int().min(1).max(7)).min(1),
      from: timeOfDay,
      to: timeOfDay,
      /** A list of public holidays that Metermesh ships; none where absent. */
      holidays: z.string().optional(),
    })
    .refine(({ from, to }) => from < to, 'from must be before to, on the same day'),
});

/** What a utility decides about prepaid credit; amounts are exact decimals. */
export type PrepaymentPolicy = z.infer<typeof prepaymentPolicy>;

/** A policy from parsed JSON; `PREPAYMENT_POLICY_INVALID` names every rule at fault. */
export function parsePrepaymentPolicy(
  json: unknown,
): PrepaymentPolicy | Refusal<'PREPAYMENT_POLICY_INVALID'> {
  const parsed = prepaymentPolicy.safeParse(json);
  if (parsed.success) return parsed.data;
  return refuse(
    'PREPAYMENT_POLICY_INVALID',
    parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || 'the policy'}: ${message}`)
      .join('; '),
  );
}
