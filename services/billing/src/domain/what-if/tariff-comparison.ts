import { refuse, type Refusal } from '@metermesh/decider';
import type { Tariff } from '../tariff/tariff.ts';
import { compareTariffs, rateMonths, type TariffResult } from './compare-tariffs.ts';
import type { MeteredMonth } from './usage-months.ts';

/** What an agreement's usage cost on its own tariff, and would have cost on others. */
export interface TariffComparison {
  /** Whole billing periods, in order of time; those without any reading are not compared. */
  readonly months: readonly MeteredMonth[];
  readonly current: TariffResult;
  /** The cheapest first. */
  readonly results: readonly TariffResult[];
}

/** Refusal: `NO_USAGE_TO_COMPARE`. */
export function tariffComparison(
  agreementId: string,
  months: readonly MeteredMonth[],
  current: Tariff,
  tariffs: readonly Tariff[],
): TariffComparison | Refusal {
  const metered = months.filter(({ quantity }) => quantity !== undefined);
  if (metered.length === 0) {
    return refuse(
      'NO_USAGE_TO_COMPARE',
      `There are no readings in any whole billing period of agreement ${agreementId} that was asked for; try again when one is over.`,
    );
  }
  const own = rateMonths(current, metered);
  return { months, current: own, results: compareTariffs(metered, tariffs, own) };
}
