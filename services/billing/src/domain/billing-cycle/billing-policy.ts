import type { QualityLimits } from './hold-reasons.ts';

/** What an installation decides about its bills. */
export interface BillingPolicy extends QualityLimits {
  /** Days that a customer has to pay, from the local date of issue on. */
  readonly dueDays: number;
  /** Whether a total below zero holds the cycle where the tariff does not say that it is a credit. */
  readonly holdNegativeTotals: boolean;
}
