import { chance } from './chance.ts';

/** How often things go wrong, as shares of all transmissions (or of all meters, where it says so). */
export interface FaultRates {
  /** Never sent: the readings are lost, unless a later transmission tells them again. */
  readonly gap: number;
  /** Sent twice. */
  readonly duplicate: number;
  /** Kept back, and sent after those that follow. */
  readonly late: number;
  /** Sent again much later, octet for octet, by somebody who listened in. */
  readonly replay: number;
  /** Meters whose register falls back to nothing once. */
  readonly reset: number;
  /** Meters whose clock is wrong. */
  readonly wrongClock: number;
}

export const noFaults: FaultRates = { gap: 0, duplicate: 0, late: 0, replay: 0, reset: 0, wrongClock: 0 };

export type TransmissionFault = 'gap' | 'duplicate' | 'late' | 'replay';

const transmissionFaults: readonly TransmissionFault[] = ['gap', 'duplicate', 'late', 'replay'];
/** A wrong clock is off by half an hour at most: more, and no head-end would take what it sends for the present. */
const MOST_SKEW_SECONDS = 1800;

/** What goes wrong with a meter, decided by the seed alone. */
export class Faults {
  private readonly seed: string;
  private readonly rates: FaultRates;

  constructor(seed: string, rates: FaultRates) {
    this.seed = seed;
    this.rates = rates;
  }

  /** @param number of the transmission, counted from the meter's first */
  ofTransmission(serialNumber: string, number: number): TransmissionFault | undefined {
    let at = chance(`${this.seed} ${serialNumber} transmission`, number);
    for (const fault of transmissionFaults) {
      if (at < this.rates[fault]) return fault;
      at -= this.rates[fault];
    }
    return undefined;
  }

  /** Seconds by which the meter's clock is ahead, 0 for a right one. */
  clockAhead(serialNumber: string): number {
    const key = `${this.seed} ${serialNumber} clock`;
    if (chance(key, 0) >= this.rates.wrongClock) return 0;
    return Math.round((chance(key, 1) * 2 - 1) * MOST_SKEW_SECONDS);
  }

  /** When in [from, to) the meter's register falls back, if it does. */
  resetAt(serialNumber: string, from: number, to: number): number | undefined {
    const key = `${this.seed} ${serialNumber} reset`;
    if (chance(key, 0) >= this.rates.reset) return undefined;
    return Math.floor(from + chance(key, 1) * (to - from));
  }
}

/** Reads `gap=0.01,late=0.05`. @throws where a name is none of the faults or a share is not between 0 and 1 */
export function parseFaultRates(text: string): FaultRates {
  const rates: Record<string, number> = { ...noFaults };
  for (const part of text.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    const share = Number(value);
    if (!Object.hasOwn(noFaults, name) || value === '' || !(share >= 0 && share <= 1)) {
      throw new Error(
        `"${part}" is no fault: give shares between 0 and 1 of ${Object.keys(noFaults).join(', ')}, e.g. gap=0.01,late=0.05.`,
      );
    }
    rates[name] = share;
  }
  return rates as unknown as FaultRates;
}
