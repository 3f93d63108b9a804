import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { ChargeOf } from '../../tariff/charge.ts';
import type { Item } from '../bill-line.ts';
import { exact, round, type Exact } from '../exact.ts';
import { ofSeason, type SeasonPart } from '../plan.ts';
import { demandUnit } from '../quantities.ts';
import type { RatingContext } from '../rating-context.ts';
import { tierRange } from '../tiers.ts';
import type { Demand } from '../usage.ts';
import { duration } from './fixed.ts';

type DemandCharge = ChargeOf<'demand'>;

const USUAL_WINDOW_MINUTES = 15;

/**
 * The kW that the charge bills: the highest of the measured demand (or the contract power), what ratchets keep of the
 * months before, and the floor. Refusals: those of `Usage.maximumDemand`, `CONTRACT_POWER_REQUIRED`, `SYSTEM_PEAKS_REQUIRED`.
 */
export function billedDemand(context: RatingContext, charge: DemandCharge): Exact | Refusal {
  const { determinants } = context;
  const basis =
    charge.basis === 'contract' ? contractPower(context, charge) : measuredDemand(context, charge);
  if (isRefusal(basis)) return basis;
  const floor = floorOf(context, charge);
  if (isRefusal(floor)) return floor;
  let highest = basis;
  for (const candidate of [floor, ...retained(context, charge)])
    if (candidate.greaterThan(highest)) highest = candidate;
  const billed = round(highest, charge.demandRounding);
  determinants.note('billed-demand', billed, demandUnit(charge.quantity), { of: charge.code });
  return billed;
}

export function demandItems(
  context: RatingContext,
  charge: DemandCharge,
  { range, season }: SeasonPart,
  billed: Exact,
): Item[] {
  const { plan } = context;
  const tiers = charge.tiers ? plan.inForce(charge.tiers, range) : [{ value: [], range }];
  return tiers.flatMap((tier) => {
    const limits = ofSeason<string[]>(tier.value, season);
    const shares = inTiers(billed, limits);
    return plan.inForce(charge.rate, tier.range).flatMap((run) => {
      const rates = ofSeason<string | string[]>(run.value, season);
      return shares.map((kW, place) => {
        const lasting = duration(context, 'month', run.range);
        const isTiered = limits.length > 0;
        const inTier = isTiered
          ? `, tier ${place + 1} (${tierRange(limits, place, demandUnit(charge.quantity))})`
          : '';
        return {
          code: isTiered ? `${charge.code}-tier-${place + 1}` : charge.code,
          description: `${charge.name.en}${inTier}`,
          ...lasting,
          quantity: lasting.quantity.times(kW),
          rate: plan.exact(typeof rates === 'string' ? rates : rates[place]!),
          season,
          ...(isTiered && { tier: place + 1 }),
        };
      });
    });
  });
}

function contractPower({ input, plan, determinants }: RatingContext, charge: DemandCharge): Exact | Refusal {
  if (input.contractKw === undefined)
    return refuse(
      'CONTRACT_POWER_REQUIRED',
      `Charge "${charge.code}" of ${plan.tariff.id} needs the contract power; give contractKw.`,
    );
  const contract = exact(input.contractKw);
  determinants.note('contract-power', contract, 'kW');
  return contract;
}

function measuredDemand(context: RatingContext, charge: DemandCharge): Exact | Refusal {
  const measured = maximumDemand(context, charge);
  if (isRefusal(measured)) {
    const isContract = measured.code === 'DEMAND_REQUIRED' && charge.unmetered === 'contract';
    return isContract ? contractPower(context, charge) : measured;
  }
  const at = measured.at === undefined ? {} : { at: new Date(measured.at).toISOString() };
  context.determinants.note('max-demand', measured.kW, demandUnit(charge.quantity), {
    of: charge.code,
    ...at,
  });
  return measured.kW;
}

function maximumDemand({ input, plan }: RatingContext, charge: DemandCharge): Demand | Refusal {
  const { periods, coincident, quantity = 'import', windowMinutes = USUAL_WINDOW_MINUTES } = charge;
  const calendar = charge.calendar ? plan.calendar(charge.calendar) : undefined;
  if (isRefusal(calendar)) return calendar;
  if (coincident && !input.systemPeaks)
    return refuse(
      'SYSTEM_PEAKS_REQUIRED',
      `Charge "${charge.code}" of ${plan.tariff.id} bills the demand while the system had its peaks; give systemPeaks.`,
    );
  return input.usage.maximumDemand({
    quantity,
    windowMinutes,
    acceptsLongerIntervals: input.acceptsLongerIntervals || charge.longerIntervals === 'accepted',
    ...(calendar && periods && { within: { calendar, periods } }),
    ...(coincident && { peaks: input.systemPeaks! }),
  });
}

/** What each ratchet keeps of the highest demand of the months before; months without history had none. */
function retained({ input, plan }: RatingContext, { ratchets = [], code }: DemandCharge): Exact[] {
  const history = Object.entries(input.demandHistory ?? {});
  const present = monthNumber(plan.period.start);
  return ratchets.flatMap(({ months, ofMonths, share }) =>
    history.flatMap(([month, demand]) => {
      const ago = present - monthNumber(month);
      const counts = ago >= 1 && ago <= months && (ofMonths?.includes(Number(month.slice(5, 7))) ?? true);
      const kW = typeof demand === 'string' ? demand : demand[code];
      return counts && kW !== undefined ? [exact(kW).times(share)] : [];
    }),
  );
}

function floorOf(context: RatingContext, charge: DemandCharge): Exact | Refusal {
  const { contractShare, kW } = charge.atLeast ?? {};
  const least = exact(kW ?? 0);
  if (contractShare === undefined) return least;
  const contract = contractPower(context, charge);
  if (isRefusal(contract)) return contract;
  const ofContract = contract.times(contractShare);
  return ofContract.greaterThan(least) ? ofContract : least;
}

function inTiers(kW: Exact, limits: readonly string[]): Exact[] {
  const shares: Exact[] = [];
  let before = exact(0);
  for (const limit of limits) {
    if (kW.lessThanOrEqualTo(limit)) break;
    shares.push(exact(limit).minus(before));
    before = exact(limit);
  }
  return [...shares, kW.minus(before)];
}

const monthNumber = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
