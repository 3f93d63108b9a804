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

/**
 * @param before months before those, for ratchets to look back at
 *
 * Refusal: `NO_USAGE_TO_COMPARE`.
 */
export function tariffComparison(
  agreementId: string,
  months: readonly MeteredMonth[],
  current: Tariff,
  tariffs: readonly Tariff[],
  before: readonly MeteredMonth[] = [],
): TariffComparison | Refusal {
  const [metered, earlier] = [months, before].map((some) => some.filter(isMetered)) as [
    MeteredMonth[],
    MeteredMonth[],
  ];
  if (metered.length === 0) {
    return refuse(
      'NO_USAGE_TO_COMPARE',
      `There are no readings in any whole billing period of agreement ${agreementId} that was asked for; try again when one is over.`,
    );
  }
  const own = rateMonths(current, metered, earlier);
  return { months, current: own, results: compareTariffs(metered, tariffs, own, earlier) };
}

const isMetered = ({ quantity }: MeteredMonth): boolean => quantity !== undefined;
