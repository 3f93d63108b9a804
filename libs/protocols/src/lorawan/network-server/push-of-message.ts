import type { DeviceEventType } from '@metermesh/metering';
import { UNNAMED, type DecodedMeasurement, type DecodedPush } from '../../measurement.ts';
import { BATTERY_CHARGE } from '../environment-obis.ts';
import { decimalText } from '../payload-codec/fields.ts';
import type { NoticeMessage, StatusMessage } from './network-server-message.ts';

/** Percent at which a device is reported to need another battery. */
const BATTERY_LOW = 10;

/** What a log entry's code means; of codes that ChirpStack adds, nothing but their own name is known. */
const NOTICES = new Map<string, DeviceEventType>([
  ['UPLINK_MIC', 'security-violation'],
  ['UPLINK_F_CNT_RESET', 'reset'],
  ['UPLINK_F_CNT_RETRANSMISSION', 'security-violation'],
  ['OTAA', 'communication-failed'],
  ['DOWNLINK_GATEWAY', 'communication-failed'],
]);

/** The state of a device's supply and reception as readings, and that its battery is low. */
export function pushOfStatus({ address, time, battery, margin }: StatusMessage): DecodedPush {
  const measurements: DecodedMeasurement[] = [];
  if (typeof battery === 'number') measurements.push(batteryCharge(battery));
  if (margin !== undefined)
    measurements.push({
      obis: UNNAMED,
      code: 'lorawan:margin',
      quantity: 'reception margin',
      value: decimalText(margin),
      unit: 'dB',
    });
  const isLow = typeof battery === 'number' && battery <= BATTERY_LOW;
  return {
    device: { address },
    time,
    measurements,
    loadProfiles: [],
    events: isLow ? [{ code: 'lorawan:battery', name: `${battery} %`, type: 'battery-low' }] : [],
    warnings: [],
  };
}

/** A notice of the network as a device event. */
export function pushOfNotice({ address, time, code, description }: NoticeMessage): DecodedPush {
  const type = NOTICES.get(code) ?? 'other';
  return {
    device: { address },
    time,
    measurements: [],
    loadProfiles: [],
    events: [{ code: `lorawan:${code}`, name: description, type, time }],
    warnings: [],
  };
}

/** Percent of the battery's charge, as the network knows it. */
export function batteryCharge(percent: number): DecodedMeasurement {
  return { obis: BATTERY_CHARGE, quantity: 'battery charge', value: decimalText(percent), unit: '%' };
}
