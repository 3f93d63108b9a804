import type { DecodedEvent } from '../measurement.ts';
import { mediumOf, type Medium } from './metering-unit.ts';
import type { Scope } from './scope.ts';
import { deviceEvents, type Flag } from './status-flags.ts';
import type { ZclValue } from './zcl-value.ts';

const common: readonly Flag[] = [
  { bit: 0, name: 'check meter', type: 'self-check-failed' },
  { bit: 1, name: 'low battery', type: 'battery-low' },
  { bit: 2, name: 'tamper detected', type: 'tamper' },
  { bit: 5, name: 'leak detected', type: 'leak' },
  { bit: 6, name: 'service disconnect open', type: 'disconnected' },
];

/** Status (ZCL 10.4.2.2.3.1): what bits 3, 4 and 7 mean depends on what is metered. */
const own: Readonly<Partial<Record<Medium, readonly Flag[]>>> = {
  electricity: [
    { bit: 3, name: 'power failure', type: 'power-down' },
    { bit: 4, name: 'power quality', type: 'other' },
  ],
  gas: [
    { bit: 4, name: 'low pressure', type: 'under-limit' },
    { bit: 7, name: 'reverse flow', type: 'reverse-flow' },
  ],
  water: [
    { bit: 3, name: 'pipe empty', type: 'no-flow' },
    { bit: 4, name: 'low pressure', type: 'under-limit' },
    { bit: 7, name: 'reverse flow', type: 'reverse-flow' },
  ],
  heat: [
    { bit: 3, name: 'temperature sensor', type: 'self-check-failed' },
    { bit: 4, name: 'burst detected', type: 'burst' },
    { bit: 7, name: 'flow sensor', type: 'self-check-failed' },
  ],
};

/** One event a flag; without a metering device type the flags that only some media have keep their number. */
export function meterStatusEvents(value: ZclValue, scope: Scope): DecodedEvent[] {
  const medium = mediumOf(scope);
  const flags = [...common, ...((medium && own[medium === 'cooling' ? 'heat' : medium]) ?? [])];
  return deviceEvents('zcl:0702/0200', value, flags);
}

/** ExtendedStatus (ZCL 10.4.2.2.3.5), the flags that all media have. */
const extended: readonly Flag[] = [
  { bit: 0, name: 'meter cover removed', type: 'cover-opened' },
  { bit: 1, name: 'strong magnetic field', type: 'magnetic-field' },
  { bit: 2, name: 'battery failure', type: 'battery-low' },
  { bit: 3, name: 'program memory error', type: 'self-check-failed' },
  { bit: 4, name: 'RAM error', type: 'self-check-failed' },
  { bit: 5, name: 'non-volatile memory error', type: 'self-check-failed' },
  { bit: 6, name: 'measurement system error', type: 'self-check-failed' },
  { bit: 7, name: 'watchdog error', type: 'self-check-failed' },
  { bit: 8, name: 'supply disconnect failure', type: 'self-check-failed' },
  { bit: 9, name: 'supply connect failure', type: 'self-check-failed' },
  { bit: 10, name: 'measurement software changed', type: 'firmware-changed' },
  { bit: 11, name: 'clock invalid', type: 'clock-invalid' },
  { bit: 12, name: 'temperature exceeded', type: 'temperature-out-of-range' },
  { bit: 13, name: 'moisture detected', type: 'other' },
];

export const extendedStatusEvents = (value: ZclValue): DecodedEvent[] =>
  deviceEvents('zcl:0702/0204', value, extended);
