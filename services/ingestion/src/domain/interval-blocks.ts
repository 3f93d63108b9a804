import { refuse, type Refusal } from '@metermesh/decider';
import { channelCode, localDayOf, Quality, readingType, type ReadingType } from '@metermesh/metering';
import { profileStatusBits, type DecodedLoadProfile } from '@metermesh/protocols';
import {
  installationDuring,
  notInstalled,
  usagePointUnknown,
  type Installation,
  type KnownMeter,
  type MeterChannel,
} from './known-meter.ts';
import { powerOfTen, product, ratioOf } from './ratio.ts';
import { unitRatio } from './unit-ratio.ts';
import { exactDecimal, roundedUnits, wholeUnits } from './whole-units.ts';

/** Interval values at one usage point. */
export interface PlacedBlock {
  readonly usagePointId: string;
  /** Code of the channel there, as `channelCode` of @metermesh/metering has it. */
  readonly channel: string;
  readonly start: number;
  readonly intervalSeconds: number;
  readonly values: Int32Array;
  readonly qualities: Uint8Array;
}

/** Flags of a status word with which the meter itself doubts a value. */
const DOUBTFUL =
  profileStatusBits.criticalError | profileStatusBits.clockInvalid | profileStatusBits.dataNotValid;

/** Places the profiles of a push; what cannot be placed is left aside with its reason, and the rest goes on. */
export function intervalBlocks(
  profiles: readonly DecodedLoadProfile[],
  meter: KnownMeter,
): { blocks: PlacedBlock[]; leftAside: Refusal[] } {
  const blocks: PlacedBlock[] = [];
  const leftAside: Refusal[] = [];
  for (const profile of profiles) {
    const channel = meter.channels.find(({ obis }) => obis === profile.obis);
    const type = channel && readingType(channel.readingType);
    const unsuitable = channel && type ? unsuitability(profile, type) : unknownChannel(profile, meter);
    if (unsuitable) leftAside.push(unsuitable);
    else blocks.push(...placed(profile, channel!, type!, meter, leftAside));
  }
  return { blocks, leftAside };
}

function unknownChannel({ obis }: DecodedLoadProfile, meter: KnownMeter): Refusal {
  const known = meter.channels.map((channel) => channel.obis).join(', ') || 'none';
  return refuse(
    'UNKNOWN_CHANNEL',
    `Meter ${meter.serialNumber} sends interval values of ${obis}, but its channels are ${known}: ` +
      `register the channel, then replay this.`,
  );
}

function unsuitability(profile: DecodedLoadProfile, type: ReadingType): Refusal | undefined {
  const { obis, accumulation, intervalSeconds, unit } = profile;
  if (type.aggregation === 'sum' && accumulation === 'instantaneous') {
    return refuse(
      'INTERVAL_UNSUITABLE',
      `${obis} are momentary values, which add up to nothing: take an energy or a volume.`,
    );
  }
  if (type.aggregation === 'mean' && accumulation === 'cumulative') {
    return refuse(
      'INTERVAL_UNSUITABLE',
      `${obis} counts up, but ${type.code} is a state: take the register of the state itself.`,
    );
  }
  if (intervalSeconds < 60 || 3600 % intervalSeconds !== 0) {
    return refuse(
      'INTERVAL_UNSUITABLE',
      `${obis} comes every ${intervalSeconds} s; an hour must hold whole intervals of a minute or more.`,
    );
  }
  if (unitRatio(unit, type.unit) === undefined) {
    return refuse(
      'UNIT_MISMATCH',
      `${obis} comes in ${unit}, but ${type.code} is counted in ${type.unit}: mend the channel.`,
    );
  }
  return undefined;
}

function placed(
  profile: DecodedLoadProfile,
  channel: MeterChannel,
  type: ReadingType,
  meter: KnownMeter,
  leftAside: Refusal[],
): PlacedBlock[] {
  const raw = profile.accumulation === 'cumulative' ? steps(profile.values) : profile.values;
  const values = inUnits(raw, profile, type, meter.multiplier);
  if (raw.some((value, i) => Number.isFinite(value) && Number.isNaN(values[i]))) {
    leftAside.push(
      refuse(
        'VALUE_OUT_OF_RANGE',
        `${profile.obis} holds values beyond 32 bits of ${type.unit}: they are left aside.`,
      ),
    );
  }
  const blocks: PlacedBlock[] = [];
  for (const { from, to, installation } of stays(profile, meter)) {
    const step = profile.intervalSeconds * 1000;
    const start = profile.start + from * step;
    const refused = misplaced(profile, start, installation, meter);
    if (refused) leftAside.push(refused);
    else {
      const part = values.subarray(from, to);
      blocks.push({
        usagePointId: installation!.usagePointId,
        channel: channelCode(channel.readingType, installation!.submeter),
        start,
        intervalSeconds: profile.intervalSeconds,
        values: Int32Array.from(part, (value) => (Number.isNaN(value) ? 0 : value)),
        qualities: Uint8Array.from(part, (value, i) =>
          Math.max(
            qualityOf(value, profile.statuses?.[from + i]),
            profile.qualities?.[from + i] ?? Quality.Actual,
          ),
        ),
      });
    }
  }
  return blocks;
}

/** A transformer ratio applies to what flows, and to no state. */
function inUnits(
  raw: Float64Array,
  { scaler, unit }: DecodedLoadProfile,
  type: ReadingType,
  multiplier: string,
): Float64Array {
  const inUnit = product(powerOfTen(scaler), unitRatio(unit, type.unit)!);
  if (type.aggregation === 'mean') return roundedUnits(raw, inUnit);
  const transformer = ratioOf(exactDecimal(multiplier) ?? { digits: 1n, exponent: 0 });
  return wholeUnits(raw, product(transformer, inUnit));
}

/**
 * Between readings of a counting register lies what flowed: nothing is known of before the first, nor of where it went back,
 * for there it was reset or began again.
 */
function steps(registers: Float64Array): Float64Array {
  return registers.map((value, i) => {
    const step = i === 0 ? Number.NaN : value - registers[i - 1]!;
    return step < 0 ? Number.NaN : step;
  });
}

function qualityOf(value: number, status = 0): Quality {
  if (Number.isNaN(value)) return Quality.Missing;
  return (status & DOUBTFUL) === 0 ? Quality.Actual : Quality.Suspect;
}

interface Stay {
  readonly from: number;
  readonly to: number;
  readonly installation: Installation | undefined;
}

/** Divides a profile by where the meter was: seldom more than one part. */
function stays({ start, intervalSeconds, values }: DecodedLoadProfile, meter: KnownMeter): Stay[] {
  const step = intervalSeconds * 1000;
  const found: Stay[] = [];
  for (let i = 0; i < values.length; i++) {
    const installation = installationDuring(meter, start + i * step, start + (i + 1) * step);
    const last = found.at(-1);
    if (last && last.installation === installation) found[found.length - 1] = { ...last, to: i + 1 };
    else found.push({ from: i, to: i + 1, installation });
  }
  return found;
}

function misplaced(
  { obis, intervalSeconds }: DecodedLoadProfile,
  start: number,
  installation: Installation | undefined,
  meter: KnownMeter,
): Refusal | undefined {
  if (!installation) return notInstalled(meter, start);
  if (!installation.timeZone) return usagePointUnknown(installation);
  const day = localDayOf(start, installation.timeZone);
  if ((start - day.start) % (intervalSeconds * 1000) === 0) return undefined;
  return refuse(
    'INTERVAL_MISALIGNED',
    `${obis} begins at ${new Date(start).toISOString()}, which is no whole interval of ${intervalSeconds} s from local midnight.`,
  );
}
