import { create, equals } from '@bufbuild/protobuf';
import {
  ChargedDaySchema,
  DailyUsageChargedSchema,
  DailyUsageCorrectedSchema,
  type ChargedDay,
} from '@metermesh/contracts';
import { isRefusal, type Refusal } from '@metermesh/decider';
import type { Period } from '../rating/period.ts';
import type { Circumstances } from './balance-watch.ts';
import { minus, type Prepayment, type PrepaymentEvent } from './prepayment.ts';

export interface DrawUsage {
  /** As the agreement has it by now. */
  readonly period: Period;
  /** The period's days whose readings are complete, from the first on, up to the first that is not. */
  readonly complete: readonly ChargedDay[];
  /** What the first `days` of the period come to, an exact decimal: as the tariff rates them, with all of it rounded as a bill. */
  readonly totalOf: (days: number) => string | Refusal;
  readonly circumstances: Circumstances;
}

/**
 * Draws what is new: days that changed since they were drawn, then each further day, in order. Every draw is the total to
 * date less the total drawn before, so that the draws of a whole period add up to its bill whatever the tariff rounds.
 * A day that lost its completeness is waited for: until then nothing is drawn.
 */
export function draw(
  { period, complete, totalOf }: DrawUsage,
  state: Prepayment,
): readonly PrepaymentEvent[] | Refusal {
  const drawn = Math.min(state.days.length, period.days.length);
  if (complete.length < drawn) return [];
  const { agreementId, customerId, currency } = state.opened!;
  const common = {
    agreementId,
    customerId,
    currency,
    period: { start: period.start, end: period.end },
  };
  const events: PrepaymentEvent[] = [];
  let { toDateTotal, balance } = state;

  const take = (days: number): { amount: string; toDateTotal: string; balance: string } | Refusal => {
    const total = days === 0 ? '0' : totalOf(days);
    if (isRefusal(total)) return total;
    const amount = minus(total, toDateTotal);
    toDateTotal = total;
    balance = minus(balance, amount);
    return { amount, toDateTotal, balance };
  };

  if (state.days.length > 0) {
    const corrected = take(drawn);
    if (isRefusal(corrected)) return corrected;
    const days = complete
      .slice(0, drawn)
      .filter((day, index) => !equals(ChargedDaySchema, day, state.days[index]!));
    const daysDropped = state.days.length - drawn;
    if (days.length > 0 || daysDropped > 0 || corrected.amount !== '0')
      events.push(
        create(DailyUsageCorrectedSchema, {
          ...common,
          days,
          daysDropped,
          ...corrected,
        }),
      );
  }
  for (let index = drawn; index < complete.length; index++) {
    const charged = take(index + 1);
    if (isRefusal(charged)) return events.length > 0 ? events : charged;
    events.push(
      create(DailyUsageChargedSchema, {
        ...common,
        day: complete[index]!,
        ...charged,
      }),
    );
  }
  return events;
}
