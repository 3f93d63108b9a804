/** What meters print, as a power of ten of the unit in which reading types count. */
const powers: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Wh: { Wh: 0, kWh: 3, MWh: 6 },
  varh: { varh: 0, kvarh: 3 },
  L: { L: 0, l: 0, m3: 3 },
};

/**
 * The power of ten that takes a value in `unit` to `target`, e.g. 3 from m3 to L. A meter that names no unit is taken to
 * count in the target. Undefined where one is not the other.
 */
export function powerToUnit(unit: string | undefined, target: string): number | undefined {
  return unit === undefined ? 0 : powers[target]?.[unit];
}
