import { chance } from './chance.ts';
import type { Faults } from './faults.ts';

/** That a transmission reaches the other side. */
export interface Delivery {
  /** Of the transmission, counted from the device's first, 0. */
  readonly number: number;
  /** The same octets were sent before. */
  readonly isRepeat: boolean;
  /** When that is, in transmissions: that of number n that nothing befell is at n. */
  readonly turn: number;
}

/** Kept back while so many others pass, at most. */
const MOST_LATE = 6;
/** Listened in on, and sent again after so many others. */
const REPLAYED_AFTER = 12;

/**
 * What of a device's transmissions [from, to) is delivered, in order, with what went wrong on the way: gaps are not, late
 * ones come after those that follow, duplicates and replays come twice.
 */
export function deliveries(faults: Faults, serialNumber: string, from: number, to: number): Delivery[] {
  const found: Delivery[] = [];
  for (let number = from; number < to; number++) {
    const fault = faults.ofTransmission(serialNumber, number);
    if (fault === 'gap') continue;
    const passed = 1 + Math.floor(chance(`${serialNumber} late`, number) * MOST_LATE);
    found.push({ number, isRepeat: false, turn: fault === 'late' ? number + passed + 0.5 : number });
    if (fault === 'duplicate') found.push({ number, isRepeat: true, turn: number + 0.25 });
    if (fault === 'replay') found.push({ number, isRepeat: true, turn: number + REPLAYED_AFTER + 0.75 });
  }
  return found.sort((a, b) => a.turn - b.turn);
}

/** What is delivered until the next transmission after the given one, of all transmissions since `first`. */
export function deliveriesAt(faults: Faults, serialNumber: string, first: number, turn: number): Delivery[] {
  const from = Math.max(first, turn - REPLAYED_AFTER);
  return deliveries(faults, serialNumber, from, turn + 1).filter((each) => Math.floor(each.turn) === turn);
}
