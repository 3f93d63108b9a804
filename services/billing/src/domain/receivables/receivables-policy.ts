import { refuse, type Refusal } from '@metermesh/decider';
import { z } from 'zod';

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal of at least zero, such as "0.015"');
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected lower-case words with dashes');
const monthDay = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'expected a day of the year, such as "12-01"');
const source = z.string().min(1);

const lateFee = z.strictObject({
  source,
  /** Share of what is owed, for the first month after the due date, the second and so on; nothing more after the last. */
  monthlyRates: z.array(decimal).min(1).max(24),
  rounding: z.strictObject({ to: decimal, mode: z.enum(['down', 'half-up', 'up']) }),
});

const dunningStep = z.strictObject({
  code,
  /** Only one who is not quieted by protection, moratorium or the end of the agreement is asked to be disconnected. */
  action: z.enum(['notice', 'request-disconnection']),
  daysAfterDue: z.int().min(1).max(3650),
  /** Days that the customer has had since the step before. */
  daysAfterPrevious: z.int().min(0).max(3650).default(0),
  /** Less than that open on a bill is not worth the step. */
  minimumAmount: decimal,
});

const moratorium = z.strictObject({
  from: monthDay,
  /** Inclusive; before `from`: in the next year. */
  to: monthDay,
  /** Beginnings of tariff ids that it is for. */
  tariffs: z.array(z.string()).min(1),
  reason: z.string().min(1),
  source,
});

const dunning = z.strictObject({
  source,
  steps: z.array(dunningStep).min(1),
  moratoria: z.array(moratorium).default([]),
});

const depositInterest = z.strictObject({
  source,
  yearlyRate: decimal,
  rounding: z.strictObject({ to: decimal, mode: z.enum(['down', 'half-up', 'up']) }),
});

const policy = z
  .strictObject({
    id: code,
    /** Beginnings of the ids of the tariffs whose bills it is for; the longest that fits counts. */
    appliesTo: z.array(z.string()).min(1),
    /** Its amounts are in this; without one it has no amounts but zero. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    lateFee: lateFee.optional(),
    dunning: dunning.optional(),
    depositInterest: depositInterest.optional(),
  })
  .superRefine(({ dunning: rules }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['dunning', ...path], message });
    rules?.steps.forEach(({ code: name, action, daysAfterDue }, index) => {
      const before = rules.steps[index - 1];
      if (before && daysAfterDue < before.daysAfterDue)
        fault(['steps', index, 'daysAfterDue'], `comes before that of ${before.code}`);
      if (rules.steps.findIndex((step) => step.code === name) !== index)
        fault(['steps', index, 'code'], `${name} is there twice`);
      if (action === 'request-disconnection' && index !== rules.steps.length - 1)
        fault(['steps', index, 'action'], 'only the last step can ask for a disconnection');
      if (action === 'request-disconnection' && index === 0)
        fault(['steps', index, 'action'], 'a disconnection needs a notice before it');
    });
  });

export type ReceivablesPolicy = z.output<typeof policy>;
export type LateFeePolicy = NonNullable<ReceivablesPolicy['lateFee']>;
export type DunningPolicy = NonNullable<ReceivablesPolicy['dunning']>;
export type DunningStep = DunningPolicy['steps'][number];
export type DepositInterestPolicy = NonNullable<ReceivablesPolicy['depositInterest']>;

/** Refusal: `POLICY_INVALID`, naming every fault with its place. */
export function parseReceivablesPolicy(json: unknown): ReceivablesPolicy | Refusal {
  const parsed = policy.safeParse(json);
  if (parsed.success) return parsed.data;
  return refuse(
    'POLICY_INVALID',
    parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || 'the policy'}: ${message}`)
      .join('; '),
  );
}

/** The policy for bills of a tariff in a currency: of those in its currency or in none, the one that names the tariff most exactly. */
export function policyFor(
  policies: readonly ReceivablesPolicy[],
  tariffId: string,
  currency: string,
): ReceivablesPolicy | undefined {
  const fitting = policies
    .filter((each) => each.currency === undefined || each.currency === currency)
    .flatMap((each) => each.appliesTo.map((prefix) => ({ each, prefix })))
    .filter(({ prefix }) => tariffId.startsWith(prefix))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  return fitting[0]?.each;
}
