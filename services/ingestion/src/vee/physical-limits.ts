/**
 * The most that a directly connected supply can carry in an hour, in whole units of the reading type; above it a value is
 * a fault and no consumption. Electricity: three phases of 100 A at 230 V are 69 kW, here with the 1.5 times that a main
 * fuse (IEC 60269-1, conventional non-fusing current at 1.25 In) never lets pass for long. Gas: a G25 meter passes 40 m³/h
 * (EN 1359). Water: a Q3 = 16 meter is overloaded at 20 m³/h (ISO 4064-1, Q4 = 1.25 Q3).
 */
const hourly: Readonly<Record<string, number>> = {
  'active-energy-import': 103_500,
  'active-energy-export': 103_500,
  'reactive-energy-import': 103_500,
  'gas-volume': 40_000,
  'water-volume': 20_000,
};

export function physicalMaximum(readingType: string, intervalSeconds: number, multiplier: number): number {
  const most = hourly[readingType];
  return most === undefined ? Infinity : (most * multiplier * intervalSeconds) / 3600;
}
