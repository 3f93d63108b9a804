import { timestampDate, timestampMs } from '@bufbuild/protobuf/wkt';
import type {
  LoadProfileBlock,
  LoadProfileRecorded,
  RegisterRead as RegisterReadEvent,
  RegisterValue as RegisterValueMessage,
  UnnamedValue as UnnamedValueMessage,
} from '@metermesh/contracts';
import { qualityName, readingTypeOfChannel } from '@metermesh/metering';
import { scaleDecimal } from '@metermesh/protocols';
import { isRegisterReading, type StoredReading } from '../adapters/reading.table.ts';
import { localWithOffset } from '../domain/local-time.ts';
import type { TimeSpan } from '../projections/load-profile-answer.ts';
import type { Reading, ReadingBlock, RegisterRead, RegisterValue, UnnamedValue } from './generated/schema.ts';

type UsagePointReference = { id: string };
type MeterReference = { serialNumber: string };
export type ReadingView = Omit<Reading, 'usagePoint' | 'meter'> & {
  usagePoint: UsagePointReference;
  meter: MeterReference;
};
export type RegisterReadView = Omit<RegisterRead, 'meter'> & { meter: MeterReference };

/** A reading as its caller may see it: interval values outside of the spans are cut away. */
export function readingView(
  stored: StoredReading,
  visible: readonly TimeSpan[],
  timeZone: string,
): ReadingView {
  const { recorded } = stored;
  return {
    id: stored.id,
    usagePoint: { id: recorded.usagePointId },
    meter: { serialNumber: recorded.serialNumber },
    receivedAt: timestampDate(recorded.receivedAt!),
    source: recorded.source,
    blocks: isRegisterReading(stored)
      ? []
      : (recorded as LoadProfileRecorded).blocks.flatMap((block) => blockViews(block, visible, timeZone)),
    registers: isRegisterReading(stored) ? stored.recorded.registers.map(registerValue) : [],
    unnamed: isRegisterReading(stored) ? stored.recorded.unnamed.map(unnamedValue) : [],
  };
}

export function registerReadView(event: RegisterReadEvent, timeZone: string): RegisterReadView {
  return {
    readAt: localWithOffset(timestampMs(event.readAt!), timeZone),
    isClockInvalid: event.clockInvalid,
    meter: { serialNumber: event.serialNumber },
    registers: event.registers.map(registerValue),
    unnamed: event.unnamed.map(unnamedValue),
  };
}

function blockViews(block: LoadProfileBlock, visible: readonly TimeSpan[], timeZone: string): ReadingBlock[] {
  const start = timestampMs(block.start!);
  const step = block.intervalSeconds * 1000;
  return visible.flatMap((span) => {
    const first = Math.max(0, Math.ceil((span.from - start) / step));
    const last = Math.min(block.values.length, Math.ceil((span.to - start) / step));
    if (first >= last) return [];
    return {
      channel: block.readingType,
      unit: readingTypeOfChannel(block.readingType)?.unit ?? '',
      start: localWithOffset(start + first * step, timeZone),
      intervalSeconds: block.intervalSeconds,
      values: block.values.slice(first, last),
      qualities: Array.from(block.qualities.subarray(first, last), qualityName),
    };
  });
}

const registerValue = ({ obis, value, scaler, unit }: RegisterValueMessage): RegisterValue => ({
  obis,
  value: scaleDecimal(value, scaler),
  unit,
});

const unnamedValue = ({ quantity, unit, ...rest }: UnnamedValueMessage): UnnamedValue => ({
  ...rest,
  quantity: quantity || null,
  unit: unit || null,
});
