import { isRefusal, type Refusal } from '@metermesh/decider';
import type { ChargeOf } from '../../tariff/charge.ts';
import { valueOn } from '../../tariff/dated.ts';
import type { Item } from '../bill-line.ts';
import { minuteOf } from '../../tariff/minutes.ts';
import { exact, round, type Exact } from '../exact.ts';
import { amountsByPart, type RatingContext } from '../rating-context.ts';
import type { ReactiveEnergy } from '../usage.ts';

type PowerFactorCharge = ChargeOf<'power-factor'>;
type Rule = NonNullable<PowerFactorCharge['lagging']>[number]['value'];
type Side = 'lagging' | 'leading';

/**
 * What the power factor adds to or takes off the charges it is `of`, by part. A customer whose reactive energy is not metered
 * is taken to have the standard, so that nothing is added. Refusal: `INTERVAL_TOO_LONG`.
 */
export function powerFactorItems(context: RatingContext, charge: PowerFactorCharge): Item[][] | Refusal {
  const adjustments: { side: Side; rate: Exact; factor: Exact }[] = [];
  for (const side of ['lagging', 'leading'] as const) {
    const rule = charge[side] && valueOn(charge[side], context.plan.period.start);
    if (!rule) continue;
    const measured = powerFactor(context, charge, side, rule);
    if (isRefusal(measured)) return measured;
    if (measured === undefined) continue;
    const factor = round(measured, charge.powerFactorRounding);
    context.determinants.note(`power-factor-${side}`, factor, '', { of: charge.code });
    adjustments.push({ side, factor, rate: adjustment(factor, rule) });
  }
  const amounts = amountsByPart(charge.of, context);
  return context.plan.parts.map(({ range, season }, part) =>
    adjustments
      .filter(({ rate }) => !rate.isZero())
      .map(({ side, factor, rate }) => ({
        code: `${charge.code}-${side}`,
        description: `${charge.name.en}, ${side} (${factor.times(100).toFixed()} %)`,
        quantity: amounts[part]!,
        rate,
        range,
        season,
      })),
  );
}

/** Above zero where the factor is worse than the standard, each hundredth `sharePerPoint`. */
function adjustment(factor: Exact, { standard, best, worst, sharePerPoint, rewards = true }: Rule): Exact {
  const lacking = exact(standard).minus(within(factor, worst, best));
  return !rewards && lacking.isNegative() ? exact(0) : lacking.times(100).times(sharePerPoint);
}

function powerFactor(
  { input }: RatingContext,
  charge: PowerFactorCharge,
  side: Side,
  rule: Rule,
): Exact | Refusal | undefined {
  const given = input.powerFactor?.[side];
  if (given !== undefined) return exact(given);
  const hours = { from: minuteOf(rule.from), to: minuteOf(rule.to) };
  const quantity = side === 'lagging' ? 'reactive-import' : 'reactive-export';
  const energies = input.usage.reactive(quantity, hours, charge.windowMinutes);
  if (energies === undefined || isRefusal(energies)) return energies;
  const factors = energies.flatMap(({ active, reactive }) => factorOf({ active, reactive }) ?? []);
  if (factors.length === 0) return undefined;
  if (charge.windowMinutes === undefined) return exact(factors[0]!);
  const counted = factors.map((factor) => Math.min(Number(rule.best), Math.max(Number(rule.worst), factor)));
  return exact(counted.reduce((total, factor) => total + factor, 0) / counted.length);
}

/** Active over apparent power, IEC 60050-131-11-46; none where nothing flowed. */
function factorOf({ active, reactive }: ReactiveEnergy): number | undefined {
  const apparent = Math.hypot(active, reactive);
  return apparent === 0 ? undefined : active / apparent;
}

function within(value: Exact, least: string, most: string): Exact {
  if (value.lessThan(least)) return exact(least);
  return value.greaterThan(most) ? exact(most) : value;
}
