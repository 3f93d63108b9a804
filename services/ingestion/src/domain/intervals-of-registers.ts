import { Quality } from '@metermesh/metering';

/** Registers are compared in millionths of the reading type's unit: finer than any meter counts, and whole numbers. */
export const MICRO = 1_000_000n;

/** A cumulative register as it stood at an instant. */
export interface RegisterPoint {
  /** Of the reading event. */
  readonly id: string;
  readonly serialNumber: string;
  /** Milliseconds since 1970. */
  readonly readAt: number;
  /** In {@link MICRO}ths of the reading type's unit. */
  readonly value: bigint;
  /** The meter's clock was wrong when it was read. */
  readonly isDoubtful: boolean;
}

/** Intervals side by side; milliseconds since 1970. */
export interface IntervalGrid {
  readonly start: number;
  readonly intervalSeconds: number;
  readonly count: number;
}

/** What is known of the meters that count for a channel. */
export interface RegisterRules {
  /** Where the register begins again at 0, in {@link MICRO}ths of the unit; undefined where that is not known. */
  capacity(serialNumber: string): bigint | undefined;
  /** The most that can flow in an hour, in the unit. */
  readonly hourlyMaximum: number;
}

export interface DerivedIntervals {
  readonly values: Int32Array;
  readonly qualities: Uint8Array;
  /** Ids of the reads on which the known values rest, in order of time. */
  readonly from: readonly string[];
}

/**
 * A day, as long as days with a change of clocks get: between reads farther apart nothing is said about when it was
 * consumed. A meter that is read daily, at about the same time, always gives a whole profile.
 */
export const LONGEST_GAP_MS = 25 * 3_600_000;
/** A read this near to a boundary is as good as one on it: two parts in a hundred, the accuracy class of household meters. */
const NEAR = 0.02;
const LEAST_NEAR_MS = 5000;
const LARGEST = 0x7fff_ffff;

export const nearness = (intervalSeconds: number) => Math.max(LEAST_NEAR_MS, NEAR * intervalSeconds * 1000);

/** What flowed between two neighbouring reads of one meter. */
interface Flow {
  readonly before: RegisterPoint;
  readonly after: RegisterPoint;
  /** In millionths; undefined where the register went back and did not plausibly begin again. */
  readonly amount: bigint | undefined;
}

/**
 * Interval values from cumulative registers that were read at any time. What flowed between two neighbouring reads is
 * spread evenly over the time between them; the running total is rounded to whole units at every boundary, so that
 * nothing is lost or made: the intervals between two reads on boundaries add up to the difference of the registers.
 *
 * - **actual** where each end of the interval has a read near it ({@link nearness}), or where nothing flowed between the
 *   reads around it;
 * - **suspect** where it would be actual, but the meter's clock was wrong;
 * - **estimated** where an end lies between reads not more than {@link LONGEST_GAP_MS} apart;
 * - **missing** where they are farther apart, the register went back, or there is no read on one side.
 *
 * A register that goes back begins again at 0 if it can have come so far; else it was reset, and what flowed is not known.
 * Where a meter was exchanged, an interval is the sum of what each of them counted of it. The outcome depends only on which reads there are.
 *
 * @param reads of one channel, in any order; at most one a meter and instant
 */
export function intervalsOfRegisters(
  reads: readonly RegisterPoint[],
  grid: IntervalGrid,
  rules: RegisterRules,
): DerivedIntervals {
  const flows = flowsBetween(reads, rules);
  const step = grid.intervalSeconds * 1000;
  const values = new Int32Array(grid.count);
  const qualities = new Uint8Array(grid.count).fill(Quality.Missing);
  const from = new Map<string, RegisterPoint>();
  let first = 0;
  for (let slot = 0; slot < grid.count; slot++) {
    const start = grid.start + slot * step;
    const end = start + step;
    while (first < flows.length && flows[first]!.after.readAt <= start) first++;
    const known = intervalValue(flows, first, start, end, nearness(grid.intervalSeconds));
    if (!known || known.value > LARGEST || known.value < -LARGEST) continue;
    values[slot] = known.value;
    qualities[slot] = known.quality;
    for (const { before, after } of known.flows) from.set(before.id, before).set(after.id, after);
  }
  return { values, qualities, from: inOrder([...from.values()]).map(({ id }) => id) };
}

interface KnownValue {
  readonly value: number;
  readonly quality: Quality;
  readonly flows: readonly Flow[];
}

/** What flowed in [start, end); undefined where that is not known. */
function intervalValue(
  flows: readonly Flow[],
  first: number,
  start: number,
  end: number,
  near: number,
): KnownValue | undefined {
  let total = 0n;
  let quality: Quality = Quality.Actual;
  let reached = start;
  const used: Flow[] = [];
  for (let i = first; i < flows.length && flows[i]!.before.readAt < end; i++) {
    const flow = flows[i]!;
    const { before, after, amount } = flow;
    if (after.readAt <= start) continue;
    if (amount === undefined || before.readAt - reached > near) return undefined;
    const cuts = [start, end].filter((cut) => before.readAt < cut && cut < after.readAt);
    const isCertain = amount === 0n || cuts.every((cut) => isNear(cut, flow, near));
    if (!isCertain && after.readAt - before.readAt > LONGEST_GAP_MS) return undefined;
    if (!isCertain) quality = Quality.Estimated;
    else if ((before.isDoubtful || after.isDoubtful) && quality === Quality.Actual) quality = Quality.Suspect;
    total += unitsAt(flow, Math.min(end, after.readAt)) - unitsAt(flow, Math.max(start, before.readAt));
    reached = Math.max(reached, after.readAt);
    used.push(flow);
  }
  if (used.length === 0 || end - reached > near) return undefined;
  return { value: Number(total), quality, flows: used };
}

const isNear = (cut: number, { before, after }: Flow, near: number) =>
  cut - before.readAt <= near || after.readAt - cut <= near;

/** The register at an instant between the reads, in whole units. */
function unitsAt({ before, after, amount }: Flow, instant: number): bigint {
  if (instant === before.readAt) return roundedUnits(before.value);
  if (instant === after.readAt) return roundedUnits(before.value + amount!);
  const length = BigInt(after.readAt - before.readAt);
  const part = (2n * amount! * BigInt(instant - before.readAt) + length) / (2n * length);
  return roundedUnits(before.value + part);
}

const roundedUnits = (micros: bigint) => floorDivided(2n * micros + MICRO, 2n * MICRO);

const floorDivided = (a: bigint, b: bigint) => (a < 0n && a % b !== 0n ? a / b - 1n : a / b);

/** What flowed between neighbouring reads of each meter, in order of time. */
function flowsBetween(reads: readonly RegisterPoint[], rules: RegisterRules): Flow[] {
  const byMeter = Map.groupBy(inOrder(reads), ({ serialNumber }) => serialNumber);
  const flows = [...byMeter.values()].flatMap((ofMeter) =>
    ofMeter.slice(1).map((after, i) => {
      const before = ofMeter[i]!;
      return { before, after, amount: amountBetween(before, after, rules) };
    }),
  );
  return flows.sort((a, b) => a.before.readAt - b.before.readAt || a.after.readAt - b.after.readAt);
}

function amountBetween(
  before: RegisterPoint,
  after: RegisterPoint,
  { capacity, hourlyMaximum }: RegisterRules,
): bigint | undefined {
  const difference = after.value - before.value;
  if (difference >= 0n) return difference;
  const around = capacity(before.serialNumber);
  if (around === undefined || around % MICRO !== 0n) return undefined;
  const hours = (after.readAt - before.readAt) / 3_600_000;
  // Where no maximum is known, a tenth of the register is taken to be more than flows between two reads.
  const most = Number.isFinite(hourlyMaximum) ? hourlyMaximum * hours : Number(around / MICRO) / 10;
  const rolled = difference + around;
  return rolled >= 0n && Number(rolled / MICRO) <= most ? rolled : undefined;
}

const inOrder = (reads: readonly RegisterPoint[]) =>
  [...reads].sort((a, b) => a.readAt - b.readAt || (a.serialNumber < b.serialNumber ? -1 : 1));
