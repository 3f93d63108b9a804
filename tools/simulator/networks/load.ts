import type { MeteredSupply } from '../metered-supply.ts';

const VOLTAGE = 230;

/** What flows at an instant through a meter of electricity: W, V, A. */
export function loadAt(supply: MeteredSupply, at: number) {
  const { intervalSeconds } = supply.settings;
  const power = (supply.use(at - (at % (intervalSeconds * 1000))) * 3600) / intervalSeconds;
  return { power, voltage: VOLTAGE, current: Math.round((power / VOLTAGE) * 1000) / 1000 };
}
