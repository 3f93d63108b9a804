import { isRefusal, type Refusal } from '@metermesh/decider';
import type { QuantityName } from '../tariff/charge.ts';
import type { Determinants } from './determinants.ts';
import { exact, round, type Exact } from './exact.ts';
import { gasQuantity } from './gas.ts';
import { dayCount, type DayRange } from './period.ts';
import type { BillPlan } from './plan.ts';
import type { RatingInput } from './rating-input.ts';
import type { MeteredQuantity } from './usage.ts';

/** What a bill bills of: the metered quantities as the tariff rounds them and shares them among the parts of the period. */
export class Quantities {
  private readonly plan: BillPlan;
  private readonly input: RatingInput;
  private readonly determinants: Determinants;
  private readonly totals = new Map<QuantityName, Exact>();
  private readonly parts = new Map<QuantityName, readonly Exact[]>();
  private readonly byTimeOfUse = new Map<string, ReadonlyMap<DayRange, ReadonlyMap<string, Exact>>>();

  constructor(plan: BillPlan, input: RatingInput, determinants: Determinants) {
    this.plan = plan;
    this.input = input;
    this.determinants = determinants;
  }

  /** Of the whole period, rounded as the tariff rounds quantities. Refusals: those of `Usage.total` and of gas conversion. */
  total(name: QuantityName): Exact | Refusal {
    const known = this.totals.get(name);
    if (known) return known;
    const { plan, input } = this;
    if (name === 'net-import' || name === 'net-export') return this.net(name);
    const isGas = name === 'standard-volume' || name === 'energy';
    const metered = isGas
      ? gasQuantity(name, plan, input, this.determinants)
      : input.usage.total(meteredAs(name));
    if (isRefusal(metered)) return metered;
    const total = isGas ? metered : round(metered, plan.tariff.quantityRounding);
    this.totals.set(name, total);
    this.determinants.note(name, total, unitOf(plan, name));
    return total;
  }

  /**
   * Of each part of the period. Usage is shared by days and rounded as the tariff says; rounding the running total, not
   * each share, so that the parts add up to the usage whatever their number.
   */
  byPart(name: QuantityName): readonly Exact[] | Refusal {
    const known = this.parts.get(name);
    if (known) return known;
    const total = this.total(name);
    if (isRefusal(total)) return total;
    const shares = this.plan.parts.length === 1 ? [total] : this.sharedByDays(total);
    this.parts.set(name, shares);
    return shares;
  }

  /**
   * By period of the calendar in each of the ranges, which follow one another and make up the period. Rounded quantities
   * add up to the rounded whole, whatever the number of ranges and periods.
   */
  inTimeOfUse(
    name: QuantityName,
    calendarCode: string,
    ranges: readonly DayRange[],
  ): ReadonlyMap<DayRange, ReadonlyMap<string, Exact>> | Refusal {
    const { tariff } = this.plan;
    const key = `${name} ${calendarCode} ${ranges.map(({ first }) => first).join()}`;
    const known = this.byTimeOfUse.get(key);
    if (known) return known;
    const calendar = this.plan.calendar(calendarCode);
    if (isRefusal(calendar)) return calendar;
    const found = new Map<DayRange, Map<string, Exact>>();
    let metered = exact(0);
    let given = exact(0);
    for (const range of ranges) {
      const measured = this.input.usage.byTimeOfUse(meteredAs(name), calendar, range);
      if (isRefusal(measured)) return measured;
      const rounded = new Map<string, Exact>();
      for (const [period, quantity] of measured) {
        metered = metered.plus(quantity);
        const until = round(metered, tariff.quantityRounding);
        rounded.set(period, until.minus(given));
        given = until;
      }
      found.set(range, rounded);
    }
    this.byTimeOfUse.set(key, found);
    this.noteTimeOfUse(name, found);
    return found;
  }

  private net(name: 'net-import' | 'net-export'): Exact | Refusal {
    const came = this.total('import');
    if (isRefusal(came)) return came;
    const went = this.total('export');
    if (isRefusal(went)) return went;
    const more = name === 'net-import' ? came.minus(went) : went.minus(came);
    const total = more.isNegative() ? exact(0) : more;
    this.totals.set(name, total);
    this.determinants.note(name, total, unitOf(this.plan, name));
    return total;
  }

  private sharedByDays(total: Exact): Exact[] {
    const { parts, whole, tariff } = this.plan;
    const days = dayCount(whole);
    let given = exact(0);
    return parts.map(({ range }) => {
      const until =
        range.last === whole.last
          ? total
          : round(total.times(range.last).div(days), tariff.proration.quantity);
      const share = until.minus(given);
      given = until;
      return share;
    });
  }

  private noteTimeOfUse(name: QuantityName, found: ReadonlyMap<DayRange, ReadonlyMap<string, Exact>>): void {
    const sums = new Map<string, Exact>();
    for (const quantities of found.values())
      for (const [period, quantity] of quantities)
        sums.set(period, (sums.get(period) ?? exact(0)).plus(quantity));
    const prefix = name === 'import' ? 'time-of-use' : `${name}-time-of-use`;
    for (const [period, quantity] of sums)
      this.determinants.note(`${prefix}:${period}`, quantity, unitOf(this.plan, name));
  }
}

/** The channel of a quantity. Time-of-use prices of converted gas are not known of; the schema allows what is metered. */
function meteredAs(name: QuantityName): MeteredQuantity {
  switch (name) {
    case 'export':
    case 'reactive-import':
    case 'reactive-export':
      return name;
    default:
      return 'import';
  }
}

/** The unit that a quantity is billed in. */
export function unitOf({ tariff }: Pick<BillPlan, 'tariff'>, name: QuantityName): string {
  if (name === 'energy') return tariff.conversion?.energyUnit ?? tariff.unit;
  return name.startsWith('reactive') ? 'kvarh' : tariff.unit;
}

/** The unit of the power that a quantity's demand is. */
export const demandUnit = (name: QuantityName = 'import'): string =>
  name.startsWith('reactive') ? 'kvar' : 'kW';
