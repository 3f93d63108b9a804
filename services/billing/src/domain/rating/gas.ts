import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import type { GasConversion } from '../tariff/gas-conversion.ts';
import { valueOn } from '../tariff/dated.ts';
import { seasonOn } from '../tariff/season.ts';
import type { Determinants } from './determinants.ts';
import { exact, round, sum, type Exact } from './exact.ts';
import { ofSeason, type BillPlan } from './plan.ts';
import type { DailyValue, GasSupply, RatingInput } from './rating-input.ts';

const MEGAJOULES_PER_KILOWATT_HOUR = '3.6';
const KELVIN_AT_ZERO_CELSIUS = '273.15';
/** Standard atmosphere, ISO 2533. */
const STANDARD_ATMOSPHERE_KPA = '101.325';

/**
 * The standard volume (m³) or the energy of the gas used. The volume of each day is converted by the general gas equation,
 * volume × (gauge + atmospheric pressure) ÷ standard pressure × standard temperature ÷ temperature ÷ compressibility
 * (PTZ conversion of EN 12405-1; DVGW G 685), or by a factor laid down, and carries the calorific value of its day. Where volumes of
 * days are not known, all days have the same. Refusals: `CALORIFIC_VALUE_REQUIRED`, `GAS_PRESSURE_REQUIRED`,
 * `GAS_TEMPERATURE_REQUIRED`.
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
  const { days } = plan.period;
  const volumes = volumesByDay(plan, metered, usage.daily('import'));
  const factors = eachDay(days, (date) => factorOn(date, plan, conversion, gas));
  if (isRefusal(factors)) return factors;
  const factor = mean(factors, volumes);
  determinants.note('correction-factor', factor, '');
  const standardVolume = round(metered.times(factor), conversion.volumeRounding);
  determinants.note('standard-volume', standardVolume, 'm3');
  if (name === 'standard-volume') return standardVolume;
  const values = eachDay(days, (date) => calorificValueOn(date, conversion, gas));
  if (isRefusal(values)) return values;
  const standardVolumes = volumes.map((volume, day) => volume.times(factors[day]!));
  const calorificValue = round(mean(values, standardVolumes), conversion.calorificRounding);
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

function eachDay(days: readonly string[], valueOn: (date: string) => Exact | Refusal): Exact[] | Refusal {
  const values: Exact[] = [];
  for (const date of days) {
    const value = valueOn(date);
    if (isRefusal(value)) return value;
    values.push(value);
  }
  return values;
}

/** Weighted; the value itself where all are the same, so that no division blurs it. */
function mean(values: readonly Exact[], weights: readonly Exact[]): Exact {
  const [first] = values;
  if (values.every((value) => value.equals(first!))) return first!;
  return sum(values.map((value, day) => value.times(weights[day]!))).div(sum(weights));
}

function factorOn(
  date: string,
  { tariff }: BillPlan,
  conversion: GasConversion,
  gas: GasSupply,
): Exact | Refusal {
  const season = seasonOn(tariff.seasons, date) ?? '';
  const onDate = (values: GasConversion['temperatureC']) => {
    const value = values && valueOn(values, date);
    return value === undefined ? undefined : ofSeason<string>(value, season);
  };
  const gaugeGiven = ofDay(gas.gaugePressureKPa, date);
  const laidDown =
    ofDay(gas.correctionFactor, date) ?? (gaugeGiven ? undefined : onDate(conversion.correctionFactor));
  if (laidDown !== undefined) return round(exact(laidDown), conversion.factorRounding);
  const gauge = gaugeGiven ?? conversion.gaugePressureKPa;
  const temperature = ofDay(gas.temperatureC, date) ?? onDate(conversion.temperatureC);
  if (gauge === undefined)
    return refuse(
      'GAS_PRESSURE_REQUIRED',
      `${tariff.id} corrects the volume of ${date}; give gas.gaugePressureKPa or gas.correctionFactor.`,
    );
  if (temperature === undefined)
    return refuse(
      'GAS_TEMPERATURE_REQUIRED',
      `${tariff.id} corrects the volume of ${date}; give gas.temperatureC or gas.correctionFactor.`,
    );
  const { standard } = conversion;
  const atmosphere =
    ofDay(gas.atmosphericPressureKPa, date) ?? conversion.atmosphericPressureKPa ?? STANDARD_ATMOSPHERE_KPA;
  const compressibility = ofDay(gas.compressibility, date) ?? '1';
  const factor = exact(gauge)
    .plus(atmosphere)
    .times(exact(standard.temperatureC).plus(KELVIN_AT_ZERO_CELSIUS))
    .div(
      exact(standard.pressureKPa)
        .times(exact(temperature).plus(KELVIN_AT_ZERO_CELSIUS))
        .times(compressibility),
    );
  return round(factor, conversion.factorRounding);
}

function calorificValueOn(
  date: string,
  conversion: GasConversion,
  { calorificValue }: GasSupply,
): Exact | Refusal {
  const value =
    ofDay(calorificValue, date) ?? (conversion.calorificValue && valueOn(conversion.calorificValue, date));
  return value === undefined
    ? refuse(
        'CALORIFIC_VALUE_REQUIRED',
        `The calorific value of ${date} is not known; give gas.calorificValue.`,
      )
    : exact(value);
}

function ofDay(value: DailyValue | undefined, date: string): string | undefined {
  return typeof value === 'object' ? value[date] : value;
}
