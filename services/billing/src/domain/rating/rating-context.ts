import type { RatedCharge } from './bill-line.ts';
import type { Determinants } from './determinants.ts';
import { exact, sum, type Exact } from './exact.ts';
import type { BillPlan } from './plan.ts';
import type { Quantities } from './quantities.ts';
import type { RatingInput } from './rating-input.ts';

/** One bill while its charges are rated in their order. */
export interface RatingContext {
  readonly plan: BillPlan;
  readonly input: RatingInput;
  readonly quantities: Quantities;
  /** The charges before. */
  readonly rated: Map<string, RatedCharge>;
  /** kW that each demand charge before bills. */
  readonly billedDemands: Map<string, Exact>;
  readonly determinants: Determinants;
}

/** What the charges of those codes come to together. */
export function amountOf(codes: readonly string[], { rated }: RatingContext): Exact {
  return sum(codes.map((code) => rated.get(code)?.amount ?? exact(0)));
}

/** The same in each part of the period. */
export function amountsByPart(codes: readonly string[], { rated, plan }: RatingContext): Exact[] {
  return plan.parts.map((_, part) => sum(codes.map((code) => rated.get(code)?.byPart[part] ?? exact(0))));
}
