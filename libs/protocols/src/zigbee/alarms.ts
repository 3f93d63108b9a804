import type { DecodedEvent } from '../measurement.ts';
import { ELECTRICAL_MEASUREMENT } from './electrical-measurement.ts';
import { METERING } from './metering.ts';
import { POWER_CONFIGURATION } from './other-clusters.ts';
import { hex4 } from '../hex.ts';

type Known = Readonly<Record<number, Pick<DecodedEvent, 'name' | 'type'>>>;

/** Alarm codes by cluster (ZCL 3.3.2.2.3, 4.9.2.2.9, 10.4.2.2.9.2). */
const known: Readonly<Record<number, Known>> = {
  [POWER_CONFIGURATION]: {
    0x00: { name: 'mains voltage too low', type: 'under-limit' },
    0x01: { name: 'mains voltage too high', type: 'over-limit' },
    0x10: { name: 'battery voltage too low', type: 'battery-low' },
    0x3a: { name: 'mains power lost', type: 'power-down' },
  },
  [ELECTRICAL_MEASUREMENT]: {
    0x00: { name: 'voltage overload', type: 'over-limit' },
    0x01: { name: 'current overload', type: 'over-limit' },
    0x02: { name: 'active power overload', type: 'over-limit' },
    0x03: { name: 'reactive power overload', type: 'over-limit' },
    0x04: { name: 'average over voltage', type: 'over-limit' },
    0x05: { name: 'average under voltage', type: 'under-limit' },
    0x06: { name: 'extreme over voltage', type: 'over-limit' },
    0x07: { name: 'extreme under voltage', type: 'under-limit' },
    0x08: { name: 'voltage sag', type: 'under-limit' },
    0x09: { name: 'voltage swell', type: 'over-limit' },
  },
  [METERING]: {
    0x00: { name: 'check meter', type: 'self-check-failed' },
    0x01: { name: 'low battery', type: 'battery-low' },
    0x02: { name: 'tamper detected', type: 'tamper' },
    0x03: { name: 'power failure or pipe empty', type: 'other' },
    0x04: { name: 'power quality or low pressure', type: 'other' },
    0x05: { name: 'leak detected', type: 'leak' },
    0x06: { name: 'service disconnect', type: 'disconnected' },
    0x07: { name: 'reverse flow', type: 'reverse-flow' },
  },
};

/** An alarm of the Alarms cluster, which names the cluster that it comes from. */
export function alarmEvent(code: number, cluster: number): DecodedEvent {
  return {
    code: `zcl:${hex4(cluster)}/alarm-${code.toString(16).toUpperCase().padStart(2, '0')}`,
    ...known[cluster]?.[code],
  };
}
