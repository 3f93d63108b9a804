import type { Circumstances } from './domain/prepayment/balance-watch.ts';

/** Token of the {@link PrepaymentRules} that this installation goes by. */
export const PREPAYMENT_RULES = Symbol('PREPAYMENT_RULES');

/** Everything about balances that does not change while the service runs. */
export type PrepaymentRules = Omit<Circumstances, 'now'>;

export const atPresent = (rules: PrepaymentRules): Circumstances => ({ ...rules, now: Date.now() });
