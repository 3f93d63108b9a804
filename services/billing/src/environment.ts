import { isTimeZone } from '@metermesh/metering';
import { parseEnvironment, serviceEnvironment } from '@metermesh/service-kit';
import { z } from 'zod';

/** Everything that billing reads from its environment, parsed once. */
export const environment = (source?: NodeJS.ProcessEnv) =>
  parseEnvironment(
    {
      ...serviceEnvironment(4003),
      /** Most of a period's intervals, as a share of 1, that may be suspect; with more the cycle is held. */
      MAX_SUSPECT_SHARE: z.coerce.number().min(0).max(1).default(0.01),
      /** The same for estimated intervals. */
      MAX_ESTIMATED_SHARE: z.coerce.number().min(0).max(1).default(0.1),
      /** Days that a customer has to pay, from the local date of issue on. */
      DUE_DAYS: z.coerce.number().int().min(0).max(365).default(14),
      /** Whether a total below zero holds a cycle where the tariff does not say that it is a credit. */
      HOLD_NEGATIVE_TOTALS: z.stringbool().default(true),
      /** How long nothing must have changed before a bill is looked at again. */
      REBILL_QUIET_SECONDS: z.coerce.number().min(0).max(86_400).default(60),
      /** How many days back usage that no agreement covers is looked for; 0: it is not. */
      UNBILLED_USAGE_DAYS: z.coerce.number().int().min(0).max(3660).default(62),
      /** Local time at which all bills that are due are run, such as 03:00; unset: only when somebody asks. */
      BILL_RUN_DAILY_AT: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a local time such as 03:00')
        .optional(),
      /** The time zone of that time, and of the daily look after what is owed. */
      BILL_RUN_TIME_ZONE: z
        .string()
        .refine(isTimeZone, 'expected a time zone such as Asia/Seoul')
        .default('Etc/UTC'),
      /** The same for late fees, instalment plans, interest on deposits and dunning; unset: only when somebody asks. */
      RECEIVABLES_DAILY_AT: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a local time such as 04:00')
        .optional(),
      /** A folder of the utility's own policies on late fees and dunning instead of those that are shipped. */
      RECEIVABLES_POLICIES: z.string().min(1).optional(),
      /** A file of the utility's own policy on prepaid credit instead of the one that is shipped. */
      PREPAYMENT_POLICY: z.string().min(1).optional(),
      /** Who sends the bills, as they are headed. */
      UTILITY_NAME: z.string().min(1).default('Metermesh'),
      /** Where customers turn to, at the foot of a bill. */
      UTILITY_CONTACT: z.string().optional(),
    },
    source,
  );

export type BillingEnvironment = ReturnType<typeof environment>;
