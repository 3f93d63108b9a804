/** So many readings of the same registers may exceed the pace in an hour. */
const ALLOWANCE = 10;
const HOUR_MS = 3_600_000;
/** Meters remembered; where there are more all are forgotten, and each begins anew. */
const MOST_KEYS = 200_000;

/**
 * How often registers that a meter sends all the time are recorded: the first time in each period, by the time of the read.
 * P1 ports and M-Bus radios repeat theirs every few seconds, and an event for each would be a hundred times what anybody
 * asks for. Meters that send now and then are not touched, for each may exceed the pace ten times an hour.
 */
export class RegisterPace {
  private readonly recent = new Map<string, { period: number; hour: number; allowed: number }>();
  private readonly periodMs: number;

  /** @param seconds length of the period; 0: everything is recorded */
  constructor(seconds: number) {
    this.periodMs = seconds * 1000;
  }

  /**
   * Whether a reading is to be recorded; remembers that it was.
   *
   * @param key the same for the same registers of the same meter
   * @param readAt milliseconds since 1970
   */
  admits(key: string, readAt: number): boolean {
    if (this.periodMs === 0) return true;
    const period = Math.floor(readAt / this.periodMs);
    const hour = Math.floor(readAt / HOUR_MS);
    const before = this.recent.get(key);
    if (!before && this.recent.size >= MOST_KEYS) this.recent.clear();
    const allowed = before?.hour === hour ? before.allowed : ALLOWANCE;
    const isBeyond = before?.period === period;
    if (isBeyond && allowed === 0) return false;
    this.recent.set(key, { period, hour, allowed: isBeyond ? allowed - 1 : allowed });
    return true;
  }

  /** What was admitted last of a key was not recorded after all: the next reading is the first of its period again. */
  forget(key: string): void {
    this.recent.delete(key);
  }
}
