import { channelCode } from '@metermesh/metering';
import type { Faults } from '../tools/simulator/faults.ts';
import { turnsUntil } from '../tools/simulator/fleet-run.ts';
import type { MeteredSupply } from '../tools/simulator/metered-supply.ts';
import type { DeviceChannel, DeviceMeter, SimulatedDevice } from '../tools/simulator/networks/device.ts';

const HOUR = 3_600_000;
const LONGEST_GAP = 25 * HOUR;

/** A channel of a meter, and when something was told of it. */
export interface ToldChannel {
  readonly device: SimulatedDevice;
  readonly meter: DeviceMeter;
  readonly channel: DeviceChannel;
  readonly code: string;
  readonly usagePointId: string;
  /** Instants of the transmissions that were not lost, in order; of registers that of the installation as well. */
  readonly toldAt: readonly number[];
}

export interface Found {
  readonly start: number;
  readonly value: number | null;
  readonly quality: string;
}

/** All channels of devices, with what faults left of their transmissions in [since, until]. */
export function toldChannels(
  devices: readonly SimulatedDevice[],
  faults: Faults,
  since: number,
  until: number,
): ToldChannel[] {
  return devices.flatMap((device) =>
    device.meters.flatMap((meter, index) => {
      const turns = Array.from({ length: turnsUntil({ since }, device, until) }, (_, turn) => turn);
      const serialNumber = device.meters[0].serialNumber;
      const times = turns
        .filter((turn) => faults.ofTransmission(serialNumber, turn) !== 'gap')
        .map((turn) => since + (device.phaseSeconds + turn * device.everySeconds) * 1000)
        // What a P1 port tells of others is an hour's.
        .map((at) => (index === 0 ? at : at - (at % HOUR)));
      const toldAt = [...new Set(meter.supply ? [since, ...times] : times)];
      return meter.channels.map((channel) => ({
        device,
        meter,
        channel,
        toldAt,
        code: channelCode(channel.readingType, meter.submeter),
        usagePointId: meter.usagePointId,
      }));
    }),
  );
}

/**
 * What is wrong with what was found of a state: it was sampled in an interval, or nothing is known of it.
 */
export function* sampleFaults(told: ToldChannel, found: readonly Found[]) {
  const length = told.channel.intervalSeconds * 1000;
  const sampled = new Set(told.toldAt.map((at) => at - (at % length)));
  for (const each of found) {
    const expected = sampled.has(each.start) ? `${told.channel.value(each.start)} ACTUAL` : 'null MISSING';
    if (`${each.value} ${each.quality}` !== expected) yield `${saying(told, each)} instead of ${expected}`;
  }
}

/**
 * The same of intervals that meters told as such, each transmission those since the one before: between them registers
 * allow an estimate, except where they fell back.
 */
export function* intervalFaults(told: ToldChannel, found: readonly Found[]) {
  const every = told.device.everySeconds * 1000;
  const { installedAt, resetAt = Infinity } = told.meter.supply!.settings;
  const turnOf = (at: number) => Math.ceil((at - installedAt) / every);
  const turns = new Set(told.toldAt.map(turnOf));
  const length = told.channel.intervalSeconds * 1000;
  for (const each of found) {
    const { start, value, quality } = each;
    const truth = told.channel.value(start);
    if (turns.has(turnOf(start + length))) {
      if (value !== truth || quality !== 'ACTUAL') yield `${saying(told, each)} instead of ${truth} ACTUAL`;
      continue;
    }
    const before = told.toldAt.findLast((at) => at <= start)!;
    const after = told.toldAt.find((at) => at > start) ?? Number.MAX_VALUE;
    const expected = before < resetAt && resetAt <= after ? 'MISSING' : 'ESTIMATED';
    if (quality !== expected) yield `${saying(told, each)} instead of ${expected}`;
  }
}

/** The same of what follows from registers that were read on the boundaries of intervals. */
export function* registerFaults(told: ToldChannel, found: readonly Found[]) {
  const { toldAt, channel, meter } = told;
  const { resetAt = Infinity } = meter.supply!.settings;
  const last = toldAt.at(-1)!;
  for (const each of found)
    if (each.start >= last && each.value !== null) yield `${nameOf(told, each.start)}: known without a read`;
  for (let i = 1; i < toldAt.length; i++) {
    const [from, to] = [toldAt[i - 1]!, toldAt[i]!];
    const between = found.filter(({ start }) => start >= from && start < to);
    const truth = between.reduce((sum, { start }) => sum + channel.value(start), 0);
    const sum = between.reduce((total, { value }) => total + (value ?? 0), 0);
    const isLost = (from < resetAt && resetAt <= to) || to - from > LONGEST_GAP;
    const quality = isLost ? 'MISSING' : between.length > 1 && truth > 0 ? 'ESTIMATED' : 'ACTUAL';
    if (sum !== (isLost ? 0 : truth) || between.some((each) => each.quality !== quality))
      yield `${nameOf(told, from)}: ${JSON.stringify(between)} instead of ${truth} in all, ${quality}`;
  }
}

/**
 * The same of registers that were read whenever the device sent: at a boundary the register is taken to lie on the line
 * between the reads around it, so the sum up to there lies between what these say.
 */
export function* oddTimeFaults(told: ToldChannel, found: readonly Found[]) {
  const { toldAt, meter } = told;
  const supply = meter.supply as MeteredSupply;
  if (supply.settings.resetAt !== undefined) {
    if (found.every(({ value }) => value !== null)) yield `${told.code}: a reset that nobody sees`;
    return;
  }
  const begin = supply.register(toldAt[0]!);
  let sum = 0;
  for (const { start, value } of found) {
    const end = start + told.channel.intervalSeconds * 1000;
    const after = toldAt.find((at) => at >= end);
    if (after === undefined) break;
    const before = toldAt.findLast((at) => at <= end)!;
    sum += value ?? Number.NaN;
    if (!(sum >= supply.register(before) - begin - 1 && sum <= supply.register(after) - begin + 1))
      yield `${nameOf(told, start)}: ${sum} since the beginning, which no register says`;
  }
}

const saying = (told: ToldChannel, { start, value, quality }: Found) =>
  `${nameOf(told, start)}: ${value} ${quality}`;

const nameOf = ({ meter, code }: ToldChannel, start: number) =>
  `${meter.serialNumber} ${code} ${new Date(start).toISOString()}`;
