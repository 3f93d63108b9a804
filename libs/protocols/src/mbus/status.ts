import type { DecodedEvent } from '../measurement.ts';

/** Bits of the status octet of a transport header (EN 13757-7, 7.5.6, table 14). */
const flags: readonly (readonly [mask: number, name: string, type: DecodedEvent['type']])[] = [
  [0x04, 'power low', 'battery-low'],
  [0x08, 'permanent error', 'self-check-failed'],
  [0x10, 'temporary error', 'other'],
];

/** Bits 0 and 1 of it. */
const applicationStates = [undefined, 'application busy', 'application error', 'abnormal condition'] as const;

/** Bits 5 to 7 mean what the manufacturer wants. */
export const MANUFACTURER_BITS = 0xe0;

/**
 * What the status octet tells, one event a condition. It lasts, and every frame tells it again: the time of a frame is not
 * when it began.
 */
export function statusEvents(status: number): DecodedEvent[] {
  const events: DecodedEvent[] = [];
  const state = applicationStates[status & 0x03];
  if (state && (status & 0x03) > 1)
    events.push({ code: `status:${status & 0x03}`, name: state, type: 'other' });
  for (const [mask, name, type] of flags) {
    if (status & mask) events.push({ code: `status:${mask}`, name, type });
  }
  return events;
}

/** Codes of an application error (EN 13757-3, 8.2, table 22). */
const errors: Readonly<Record<number, string>> = {
  0x00: 'unspecified error',
  0x01: 'unimplemented CI field',
  0x02: 'buffer too long',
  0x03: 'too many records',
  0x04: 'premature end of record',
  0x05: 'more than 10 DIFEs',
  0x06: 'more than 10 VIFEs',
  0x08: 'application busy',
  0x09: 'too many readouts',
  0x10: 'access denied',
  0x11: 'application or block unknown',
  0x12: 'parameter missing',
  0x13: 'parameter invalid',
  0x14: 'command unknown',
};

export const applicationErrorName = (code: number) => errors[code] ?? `error ${code}`;
