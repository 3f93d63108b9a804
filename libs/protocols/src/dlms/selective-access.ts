import type { CosemData } from './axdr.ts';
import { dateTimeOf, numberOf } from './cosem-value.ts';
import { encodeDateTime, toInstant } from './date-time.ts';
import { CLOCK, obisOctets } from './obis.ts';
import type { SelectiveAccess } from './service-request.ts';

/** Which rows of a profile's buffer are wanted (profile generic, class 7, IEC 62056-6-2, 4.3.6.2.3). */
export const BY_RANGE = 1;
export const BY_ENTRY = 2;

/** From and to a capture time, both included, milliseconds since 1970. */
export interface CaptureRange {
  readonly from: number;
  readonly to: number;
}

/** From and to an entry, both included and counted from 1, the one that was captured first; `to` 0 is the last. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
}

/** @param deviation minutes from the meter's local time to UTC: a meter may compare local times only */
export function byRange({ from, to }: CaptureRange, deviation = 0): SelectiveAccess {
  return {
    selector: BY_RANGE,
    parameters: {
      type: 'structure',
      value: [
        {
          type: 'structure',
          value: [
            { type: 'long-unsigned', value: 8 },
            { type: 'octet-string', value: obisOctets(CLOCK) },
            { type: 'integer', value: 2 },
            { type: 'long-unsigned', value: 0 },
          ],
        },
        { type: 'octet-string', value: encodeDateTime(from, deviation) },
        { type: 'octet-string', value: encodeDateTime(to, deviation) },
        ALL_COLUMNS,
      ],
    },
  };
}

/** An empty selected_values asks for all columns. */
const ALL_COLUMNS: CosemData = { type: 'array', value: [] };

export function byEntry({ from, to }: EntryRange): SelectiveAccess {
  return {
    selector: BY_ENTRY,
    parameters: {
      type: 'structure',
      value: [
        { type: 'double-long-unsigned', value: from },
        { type: 'double-long-unsigned', value: to },
        { type: 'long-unsigned', value: 1 },
        { type: 'long-unsigned', value: 0 },
      ],
    },
  };
}

/** What a server makes of an access by range of capture times; `undefined` where it is none. */
export function rangeOf({ selector, parameters }: SelectiveAccess): CaptureRange | undefined {
  if (selector !== BY_RANGE || parameters.type !== 'structure') return undefined;
  const [from, to] = parameters.value.slice(1, 3).map(instantOf);
  return from === undefined || to === undefined ? undefined : { from, to };
}

function instantOf(value: CosemData): number | undefined {
  const time = dateTimeOf(value);
  return time && toInstant(time);
}

/** What a server makes of an access by entry; `undefined` where it is none. */
export function entriesOf({ selector, parameters }: SelectiveAccess): EntryRange | undefined {
  if (selector !== BY_ENTRY || parameters.type !== 'structure') return undefined;
  const [from, to] = parameters.value.slice(0, 2).map(numberOf);
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined;
}
