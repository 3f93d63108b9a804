import { channelCode } from '@metermesh/metering';
import type { MeterRow } from '../adapters/meters.table.ts';
import type { Channel } from './generated/schema.ts';

/** A meter's channels as they are called where it is installed as `submeter`; null: for the supply itself, or nowhere. */
export function channelViews({ channels }: Pick<MeterRow, 'channels'>, submeter: string | null): Channel[] {
  return channels.map((channel) => ({
    ...channel,
    code: channelCode(channel.readingType, submeter ?? undefined),
    submeter,
  }));
}
