import { readingTypeOfChannel } from '@metermesh/metering';

/** Between which values there is nothing wrong yet, in whole units of the reading type. */
export interface PhysicalLimits {
  readonly least: number;
  readonly most: number;
}

/**
 * The most that a directly connected supply can carry in an hour. Electricity: three phases of 100 A at 230 V are 69 kW,
 * here with the 1.5 times that a main fuse (IEC 60269-1, conventional non-fusing current at 1.25 In) never lets pass for
 * long. Gas: a G25 meter passes 40 m³/h (EN 1359). Water: a Q3 = 16 meter is overloaded at 20 m³/h (ISO 4064-1, Q4 = 1.25 Q3).
 * Heat: a meter of qp 3.5 m³/h passes twice that for a short time (EN 1434-1, qs), which at a difference of 100 K and
 * 1.163 kWh/(m³ K) is 814 kW.
 */
const hourly: Readonly<Record<string, number>> = {
  'active-energy-import': 103_500,
  'active-energy-export': 103_500,
  'reactive-energy-import': 103_500,
  'reactive-energy-export': 103_500,
  'apparent-energy-import': 103_500,
  'apparent-energy-export': 103_500,
  'gas-volume': 40_000,
  'water-volume': 20_000,
  'heat-energy': 814_000,
};

/**
 * What can be in a place where a sensor hangs. Temperature: from the coldest air on record (−89.2 °C) to what electronics
 * bear (150 °C). Pressure: from 9 km of height (300 hPa) to above the highest on record (1084 hPa). Carbon dioxide: up to
 * the 10 % that nobody survives.
 */
const states: Readonly<Record<string, PhysicalLimits>> = {
  temperature: { least: -90_000, most: 150_000 },
  'air-pressure': { least: 30_000, most: 110_000 },
  'relative-humidity': { least: 0, most: 1000 },
  'co2-concentration': { least: 0, most: 100_000 },
};

/** @param multiplier the meter's, as a number: what is plausible behind a transformer grows with it */
export function physicalLimits(channel: string, intervalSeconds: number, multiplier: number): PhysicalLimits {
  const code = readingTypeOfChannel(channel)?.code ?? channel;
  const most = hourly[code] ?? Infinity;
  return states[code] ?? { least: 0, most: (most * multiplier * intervalSeconds) / 3600 };
}
