import { refuse, type Refusal } from '@metermesh/decider';
import {
  dateTimeOf,
  encodeDateTime,
  isDecodeError,
  readAttribute,
  toInstant,
  writeAttribute,
  type ClientAssociation,
  type Conversation,
  type CosemData,
} from '@metermesh/protocols';
import { NoAnswer } from './dlms-exchange.ts';
import { callMeter, unreachable, type MeterAccess } from './meter-call.ts';
import { clockTime, deviationOf } from './meter-readout.ts';

export interface ClockSet {
  /** By how much it was ahead before, milliseconds; undefined where it did not show a time. */
  readonly wasAhead?: number;
}

/**
 * Sets a meter's clock to ours, in the offset from UTC that it shows already. What it captured while it was wrong stays
 * as it is. Refuses with CLOCK_NOT_SET, and as `callMeter` does.
 */
export async function setMeterClock(
  access: MeterAccess,
  timeZone: string | undefined,
): Promise<ClockSet | Refusal> {
  try {
    return await callMeter(access, (association, hold) => hold(setting(association, timeZone)));
  } catch (error) {
    if (error instanceof NoAnswer) return unreachable(access.address, error.message);
    throw error;
  }
}

function* setting(
  association: ClientAssociation,
  timeZone: string | undefined,
): Conversation<ClockSet | Refusal> {
  const shown = yield* readAttribute(association, clockTime);
  if (isDecodeError(shown)) return notSet(shown.message);
  const time = dateTimeOf(shown);
  const now = Date.now();
  const deviation = deviationOf(time, timeZone, now);
  const value: CosemData = { type: 'octet-string', value: encodeDateTime(now, deviation) };
  const rejected = yield* writeAttribute(association, clockTime, value);
  if (rejected) return notSet(rejected.message);
  const showed = time && toInstant({ ...time, deviation });
  return { wasAhead: showed === undefined ? undefined : showed - now };
}

const notSet = (reason: string) =>
  refuse('CLOCK_NOT_SET', `The meter did not let its clock be set. ${reason}`);
