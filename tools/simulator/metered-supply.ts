import { intervalUse, type LoadShape, type Surroundings } from './household-load.ts';

export interface SupplySettings {
  /** What tells its use from that of others of the same shape. */
  readonly seed: string;
  readonly shape: LoadShape;
  readonly surroundings: Surroundings;
  readonly intervalSeconds: number;
  /** When it began to be measured, milliseconds; the register stood at `initialRegister` then. */
  readonly installedAt: number;
  readonly initialRegister: number;
  /** When the register falls back to nothing, milliseconds. */
  readonly resetAt?: number;
  /** What is measured behind this as well: its use is part of this use. */
  readonly parts?: readonly MeteredSupply[];
}

/** The truth at a meter: what flowed through it in each interval, and where its register stood. Whole numbers of one unit. */
export class MeteredSupply {
  readonly settings: SupplySettings;
  /** Sum of the use from the installation until then: pushes go forward in time, and need not begin at the beginning. */
  private counted: { until: number; sum: number };

  constructor(settings: SupplySettings) {
    this.settings = settings;
    this.counted = { until: settings.installedAt, sum: 0 };
  }

  /** Use in the interval that starts then. */
  use(start: number): number {
    const { shape, seed, intervalSeconds, surroundings, parts = [] } = this.settings;
    const own = intervalUse(shape, seed, start, intervalSeconds, surroundings);
    return parts.reduce((sum, part) => sum + part.useBetween(start, start + intervalSeconds * 1000), own);
  }

  /** Sum of the use of all whole intervals in [from, to). */
  useBetween(from: number, to: number): number {
    let sum = 0;
    for (const start of this.intervalStarts(from, to)) sum += this.use(start);
    return sum;
  }

  /** What flowed in [from, to), of intervals in part that part. */
  flowed(from: number, to: number): number {
    const before = this.countedUntil(from);
    return this.countedUntil(to) - before;
  }

  /** The cumulative register at an instant, the interval under way counted in part. */
  register(at: number): number {
    const { installedAt, initialRegister, resetAt = Infinity } = this.settings;
    const counted = this.countedUntil(at);
    if (at < resetAt || resetAt < installedAt) return initialRegister + counted;
    return counted - this.countedUntil(resetAt);
  }

  /** Starts of the whole intervals within [from, to). */
  *intervalStarts(from: number, to: number): Generator<number> {
    const length = this.settings.intervalSeconds * 1000;
    const first = Math.ceil(from / length) * length;
    for (let start = first; start + length <= to; start += length) yield start;
  }

  private countedUntil(at: number): number {
    const { installedAt, intervalSeconds } = this.settings;
    const length = intervalSeconds * 1000;
    const underWay = at - (at % length);
    const known = this.counted.until <= underWay ? this.counted : { until: installedAt, sum: 0 };
    const sum = known.sum + this.useBetween(known.until, underWay);
    this.counted = { until: Math.max(underWay, installedAt), sum };
    return sum + Math.floor((this.use(underWay) * (at - underWay)) / length);
  }
}
