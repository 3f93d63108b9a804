/** What meters print, as a power of ten of the unit in which reading types count. */
const powers: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Wh: { Wh: 0, kWh: 3, MWh: 6, GWh: 9 },
  varh: { varh: 0, kvarh: 3, Mvarh: 6 },
  VAh: { VAh: 0, kVAh: 3, MVAh: 6 },
  L: { L: 0, l: 0, m3: 3 },
  'm°C': { 'm°C': 0, '°C': 3 },
  '‰': { '‰': 0, '%': 1 },
  Pa: { Pa: 0, hPa: 2, mbar: 2, kPa: 3, bar: 5 },
  ppm: { ppm: 0 },
};

/**
 * The power of ten that takes a value in `unit` to `target`, e.g. 3 from m3 to L. A meter that names no unit is taken to
 * count in the target. Undefined where one is not the other.
 */
export function powerToUnit(unit: string | undefined, target: string): number | undefined {
  return unit === undefined ? 0 : powers[target]?.[unit];
}
