import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { GasConversion } from '../tariff/gas-conversion.ts';
import { valueOn } from '../tariff/dated.ts';
import { seasonOn } from '../tariff/season.ts';
import type { Determinants } from './determinants.ts';
import { exact, round, sum, type Exact } from './exact.ts';
import { ofSeason, type BillPlan } from './plan.ts';
import type { GasSupply, RatingInput } from './rating-input.ts';

const MEGAJOULES_PER_KILOWATT_HOUR = '3.6';
const KELVIN_AT_ZERO_CELSIUS = '273.15';
/** Standard atmosphere, ISO 2533. */
const STANDARD_ATMOSPHERE_KPA = '101.325';

/**
 * The standard volume (m³) or the energy of the gas used, by the general gas equation: volume × (gauge + atmospheric
 * pressure) ÷ standard pressure × standard temperature ÷ temperature, both absolute; times the calorific value. Each day
 * counts with its own volume where that is known, else all days alike. Refusals: `CALORIFIC_VALUE_REQUIRED`,
 * `GAS_PRESSURE_REQUIRED`, `GAS_TEMPERATURE_REQUIRED`.
 */
export function gasQuantity(
  name: 'standard-volume' | 'energy',
  plan: BillPlan,
  { usage, gas = {} }: RatingInput,
  determinants: Determinants,
): Exact | Refusal {
  const conversion = plan.tariff.conversion;
  if (!conversion) throw new Error(`${plan.tariff.id} has no conversion of gas; it was not checked.`);
  const metered = usage.total('import');
  if (isRefusal(metered)) return metered;
  const volumes = volumesByDay(plan, metered, usage.daily('import'));
  const factor = mean(plan, volumes, (date) => factorOn(date, plan, conversion, gas));
  if (isRefusal(factor)) return factor;
  determinants.note('correction-factor', factor, '');
  const standardVolume = round(metered.times(factor), conversion.volumeRounding);
  if (name === 'standard-volume') return standardVolume;
  const meanValue = mean(plan, volumes, (date) => calorificValueOn(date, conversion, gas));
  if (isRefusal(meanValue)) return meanValue;
  const calorificValue = round(meanValue, conversion.calorificRounding);
  determinants.note('standard-volume', standardVolume, 'm3');
  determinants.note('calorific-value', calorificValue, 'MJ/m3');
  const megajoules = standardVolume.times(calorificValue);
  const energy = conversion.energyUnit === 'kWh' ? megajoules.div(MEGAJOULES_PER_KILOWATT_HOUR) : megajoules;
  return round(energy, conversion.energyRounding);
}

function volumesByDay(
  { period }: BillPlan,
  total: Exact,
  daily: readonly Exact[] | undefined,
): readonly Exact[] {
  return daily && !total.isZero() ? daily : period.days.map(() => exact(1));
}

/** Weighted by each day's volume; the value itself where all days have the same. */
function mean(
  { period }: BillPlan,
  volumes: readonly Exact[],
  valueOf: (date: string) => Exact | Refusal,
): Exact | Refusal {
  const values: Exact[] = [];
  for (const date of period.days) {
    const value = valueOf(date);
    if (isRefusal(value)) return value;
    values.push(value);
  }
  const [first] = values;
  if (values.every((value) => value.equals(first!))) return first!;
  return sum(values.map((value, day) => value.times(volumes[day]!))).div(sum(volumes));
}

function factorOn(date: string, plan: BillPlan, conversion: GasConversion, gas: GasSupply): Exact | Refusal {
  const { tariff } = plan;
  const season = seasonOn(tariff.seasons, date) ?? '';
  const onDate = (values: GasConversion['temperatureC']) => {
    const value = values && valueOn(values, date);
    return value === undefined ? undefined : ofSeason<string>(value, season);
  };
  const laidDown =
    gas.correctionFactor ?? (gas.gaugePressureKPa ? undefined : onDate(conversion.correctionFactor));
  if (laidDown !== undefined) return round(exact(laidDown), conversion.factorRounding);
  const gauge = gas.gaugePressureKPa ?? conversion.gaugePressureKPa;
  const temperature = gas.temperatureC ?? onDate(conversion.temperatureC);
  if (gauge === undefined)
    return refuse(
      'GAS_PRESSURE_REQUIRED',
      `${tariff.id} corrects the volume; give gas.gaugePressureKPa or gas.correctionFactor.`,
    );
  if (temperature === undefined)
    return refuse(
      'GAS_TEMPERATURE_REQUIRED',
      `${tariff.id} corrects the volume; give gas.temperatureC or gas.correctionFactor.`,
    );
  const { standard } = conversion;
  const atmosphere =
    gas.atmosphericPressureKPa ?? conversion.atmosphericPressureKPa ?? STANDARD_ATMOSPHERE_KPA;
  const factor = exact(gauge)
    .plus(atmosphere)
    .times(exact(standard.temperatureC).plus(KELVIN_AT_ZERO_CELSIUS))
    .div(exact(standard.pressureKPa).times(exact(temperature).plus(KELVIN_AT_ZERO_CELSIUS)));
  return round(factor, conversion.factorRounding);
}

function calorificValueOn(
  date: string,
  conversion: GasConversion,
  { calorificValue }: GasSupply,
): Exact | Refusal {
  const given = typeof calorificValue === 'object' ? calorificValue[date] : calorificValue;
  const value = given ?? (conversion.calorificValue && valueOn(conversion.calorificValue, date));
  return value === undefined
    ? refuse(
        'CALORIFIC_VALUE_REQUIRED',
        `The calorific value of ${date} is not known; give gas.calorificValue.`,
      )
    : exact(value);
}
