import { powerOfTen, product, type Ratio } from './ratio.ts';

const JOULES_IN_WATT_HOUR = 3600n;

const [one, kilo, mega, giga] = [0, 3, 6, 9].map(powerOfTen) as [Ratio, Ratio, Ratio, Ratio];
const joules = (prefix: Ratio) => product(prefix, { multiplier: 1n, divisor: JOULES_IN_WATT_HOUR });

/** How many of the unit in which reading types count are in what meters print. */
const ratios: Readonly<Record<string, Readonly<Record<string, Ratio>>>> = {
  Wh: {
    Wh: one,
    kWh: kilo,
    MWh: mega,
    GWh: giga,
    J: joules(one),
    kJ: joules(kilo),
    MJ: joules(mega),
    GJ: joules(giga),
  },
  varh: { varh: one, kvarh: kilo, Mvarh: mega },
  VAh: { VAh: one, kVAh: kilo, MVAh: mega },
  L: { L: one, l: one, m3: kilo },
  'm°C': { 'm°C': one, '°C': kilo },
  '‰': { '‰': one, '%': powerOfTen(1) },
  Pa: { Pa: one, hPa: powerOfTen(2), mbar: powerOfTen(2), kPa: kilo, bar: powerOfTen(5) },
  ppm: { ppm: one },
};

/**
 * By what a value in `unit` is to be multiplied to be one in `target`, e.g. 1000 from m3 to L. A meter that names no unit is
 * taken to count in the target. Undefined where one is not the other.
 */
export function unitRatio(unit: string | undefined, target: string): Ratio | undefined {
  return unit === undefined ? one : ratios[target]?.[unit];
}
