import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { RegisterRead, RegisterValue } from '@metermesh/contracts';
import { channelCode, readingType, type ReadingType } from '@metermesh/metering';
import { MICRO } from '../domain/intervals-of-registers.ts';
import type { MeterChannel } from '../domain/known-meter.ts';
import { powerOfTen, product } from '../domain/ratio.ts';
import { unitRatio } from '../domain/unit-ratio.ts';

/** Which channel of which usage point. */
export interface ChannelKey {
  readonly usagePointId: string;
  /** As `channelCode` of @metermesh/metering has it. */
  readonly channel: string;
}

/** A register or a sample of a channel, as it was read once. */
export interface ChannelRead extends ChannelKey {
  readonly serialNumber: string;
  /** Of the reading event. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly readAt: number;
  readonly receivedAt: number;
  /** In {@link MICRO}ths of the reading type's unit. */
  readonly value: bigint;
  readonly isDoubtful: boolean;
  /** Length of the channel's intervals. */
  readonly intervalSeconds: number;
  /** A momentary value, of which none stands for another; else a register that only counts on. */
  readonly isSample: boolean;
}

/** What is known of the meter that was read. */
export interface ReadMeter {
  readonly channels: readonly MeterChannel[];
  /** Name of the part of the supply that it measured there and then; empty for the supply itself. */
  readonly submeter: string;
}

/** Tariffs follow the total in group E (IEC 62056-61, 5.4.2). */
const MOST_TARIFFS = 63;

/**
 * What a reading of registers says about the meter's channels: one read a channel whose register is among them, under the
 * code of the reading type or the channel's own. Meters that only send registers of their tariffs count in these together.
 */
export function channelReads(id: string, event: RegisterRead, meter: ReadMeter): ChannelRead[] {
  const { usagePointId, serialNumber, registers } = event;
  return meter.channels.flatMap((channel) => {
    const type = readingType(channel.readingType);
    const value = type && valueOf(channel, type, registers);
    if (!type || value === undefined || !isRegular(channel.intervalSeconds)) return [];
    return {
      usagePointId,
      channel: channelCode(channel.readingType, meter.submeter || undefined),
      serialNumber,
      id,
      readAt: timestampMs(event.readAt!),
      receivedAt: event.receivedAt ? timestampMs(event.receivedAt) : 0,
      value,
      isDoubtful: event.clockInvalid,
      intervalSeconds: channel.intervalSeconds,
      isSample: type.aggregation === 'mean',
    };
  });
}

/** Intervals of which an hour holds a whole number, of a minute or more. */
const isRegular = (seconds: number) => seconds >= 60 && 3600 % seconds === 0;

function valueOf(
  { obis }: MeterChannel,
  type: ReadingType,
  registers: readonly RegisterValue[],
): bigint | undefined {
  // A code of interval values does not name a register, whatever a meter sends under it.
  const own = type.aggregation === 'sum' && isOfIntervals(obis, type) ? type.registerObis : obis;
  for (const code of new Set([own, type.registerObis])) {
    const total = registers.find((register) => register.obis === code);
    const value = total ? micros(total, type.unit) : ofTariffs(code, registers, type.unit);
    if (value !== undefined) return value;
  }
  return undefined;
}

const isOfIntervals = (obis: string, type: ReadingType) =>
  obis === type.intervalObis || obis.split('.')[3] === '29';

/** The sum of the tariffs 1, 2 …; undefined where there are not at least two. */
function ofTariffs(code: string, registers: readonly RegisterValue[], unit: string): bigint | undefined {
  const [a, b, c, d, , f] = code.split('.');
  let sum = 0n;
  for (let tariff = 1; tariff <= MOST_TARIFFS; tariff++) {
    const register = registers.find(({ obis }) => obis === `${a}.${b}.${c}.${d}.${tariff}.${f}`);
    const value = register && micros(register, unit);
    if (value === undefined) return tariff > 2 ? sum : undefined;
    sum += value;
  }
  return sum;
}

const LARGEST = 2n ** 63n - 1n;

/** Millionths of the unit, what is finer cut off; undefined where the register's unit is another. */
function micros({ value, scaler, unit }: RegisterValue, target: string): bigint | undefined {
  const ratio = unitRatio(unit || undefined, target);
  if (ratio === undefined) return undefined;
  const { multiplier, divisor } = product(ratio, powerOfTen(scaler));
  const exact = (value * MICRO * multiplier) / divisor;
  return exact > LARGEST || exact < -LARGEST ? undefined : exact;
}
