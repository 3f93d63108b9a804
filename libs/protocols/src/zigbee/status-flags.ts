import type { DeviceEventType } from '@metermesh/metering';
import type { DecodedEvent } from '../measurement.ts';
import type { ZclValue } from './zcl-value.ts';

export interface Flag {
  readonly bit: number;
  readonly name?: string;
  readonly type?: DeviceEventType;
}

/** An event a flag that is set; `code` is the attribute and the bit, `zcl:0702/0200.2`. */
export function deviceEvents(attribute: string, value: ZclValue, flags: readonly Flag[]): DecodedEvent[] {
  if (typeof value !== 'number' && typeof value !== 'bigint') return [];
  const word = BigInt(value);
  const events: DecodedEvent[] = [];
  for (let bit = 0; word >> BigInt(bit) > 0n; bit++) {
    if (((word >> BigInt(bit)) & 1n) === 0n) continue;
    const flag = flags.find((candidate) => candidate.bit === bit);
    events.push({ code: `${attribute}.${bit}`, name: flag?.name ?? `flag ${bit}`, type: flag?.type });
  }
  return events;
}
