import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { CalendarDays } from './calendar-days.ts';
import { exact, sum, type Exact } from './exact.ts';
import type { DayRange } from './period.ts';
import type { Demand, DemandWindow, MeteredQuantity, Usage } from './usage.ts';

/** What is known of a period without interval values: decimals as text. */
export interface MeteredTotals {
  readonly totals: Partial<Record<MeteredQuantity, string>>;
  /** Of what comes in, by code of the calendar's periods. */
  readonly timeOfUse?: Readonly<Record<string, string>>;
  /** The highest demand, kW, as one or by period. */
  readonly maxKw?: string | Readonly<Record<string, string>>;
}

/** Usage from registers: their differences over the period, as a whole or by time of use. */
export class TotalUsage implements Usage {
  private readonly metered: MeteredTotals;

  constructor(metered: MeteredTotals) {
    this.metered = metered;
  }

  total(quantity: MeteredQuantity): Exact {
    const { totals, timeOfUse } = this.metered;
    const given = totals[quantity];
    if (given === undefined && quantity === 'import' && timeOfUse)
      return sum(Object.values(timeOfUse).map(exact));
    return exact(given ?? 0);
  }

  daily(): undefined {
    return undefined;
  }

  /** What a register counted of a period is shared by the days on which that period occurs. */
  byTimeOfUse(
    quantity: MeteredQuantity,
    days: CalendarDays,
    range: DayRange,
  ): ReadonlyMap<string, Exact> | Refusal {
    const { periods, code } = days.calendar;
    const given = this.timeOfUseOf(quantity, days);
    if (isRefusal(given)) return given;
    const unknown = Object.keys(given).find((one) => !periods.some((period) => period.code === one));
    if (unknown !== undefined)
      return refuse(
        'TIME_OF_USE_UNKNOWN',
        `Calendar "${code}" has no period "${unknown}"; there are: ${periods.map((period) => period.code).join(', ')}.`,
      );
    const found = new Map<string, Exact>();
    for (const [place, { code: period }] of periods.entries()) {
      const occurs = (day: number) => days.days[day]!.occurring.includes(place);
      const inRange = countDays(range, occurs);
      const inPeriod = countDays({ first: 0, last: days.days.length }, occurs);
      const quantityOfPeriod = given[period];
      if (inPeriod === 0 && quantityOfPeriod !== undefined && Number(quantityOfPeriod) !== 0)
        return refuse(
          'TIME_OF_USE_UNKNOWN',
          `Calendar "${code}" has no hours of "${period}" in the billing period.`,
        );
      if (inRange > 0)
        found.set(
          period,
          exact(quantityOfPeriod ?? 0)
            .times(inRange)
            .div(inPeriod),
        );
    }
    return found;
  }

  maximumDemand({ quantity, within, peaks }: DemandWindow): Demand | Refusal {
    const { maxKw } = this.metered;
    if (quantity.startsWith('reactive')) return { kW: exact(0) };
    const byPeriod = typeof maxKw === 'object' ? maxKw : undefined;
    if (peaks || maxKw === undefined || (within && !byPeriod)) {
      const hours = within ? ` in the periods ${within.periods.join(', ')}` : '';
      const orElse = within ? ', or usage.maxKw by period' : ', or usage.maxKw';
      return demandRequired(`highest demand${hours}`, `usage.intervals${peaks ? '' : orElse}`);
    }
    if (typeof maxKw === 'string') return { kW: exact(maxKw) };
    const counted = Object.entries(maxKw).filter(([period]) => within?.periods.includes(period) ?? true);
    return { kW: exact(counted.reduce((most, [, kW]) => (Number(kW) > Number(most) ? kW : most), '0')) };
  }

  reactive(): undefined {
    return undefined;
  }

  /** A single sum is enough where the calendar knows but one period on all those days. */
  private timeOfUseOf(
    quantity: MeteredQuantity,
    { calendar, days }: CalendarDays,
  ): Readonly<Record<string, string>> | Refusal {
    const { timeOfUse, totals } = this.metered;
    if (quantity === 'import' && timeOfUse) return timeOfUse;
    if (quantity !== 'import' && totals[quantity] === undefined) return {};
    const [only, ...others] = new Set(days.flatMap(({ occurring }) => occurring));
    if (only !== undefined && others.length === 0)
      return { [calendar.periods[only]!.code]: this.total(quantity).toFixed() };
    return refuse(
      'INTERVALS_REQUIRED',
      `The tariff rates by time of use; give usage.intervals (with a time zone where clocks change) or usage.timeOfUse ` +
        `by period (${calendar.periods.map(({ code }) => code).join(', ')}).`,
    );
  }
}

const demandRequired = (what: string, give: string): Refusal =>
  refuse('DEMAND_REQUIRED', `The tariff bills the ${what}; give ${give}.`);

function countDays({ first, last }: DayRange, counts: (day: number) => boolean): number {
  let count = 0;
  for (let day = first; day < last; day++) if (counts(day)) count++;
  return count;
}
