/**
 * What devices tell of themselves besides readings, whatever their protocol calls it. After the device events of
 * IEC 61968-9 (EndDeviceEventType), as far as meters send them.
 */
export const deviceEventTypes = [
  'power-down',
  'power-up',
  'last-gasp',
  'tamper',
  'cover-opened',
  'cover-closed',
  'magnetic-field',
  'removed',
  'clock-set',
  'clock-invalid',
  'battery-low',
  'reverse-flow',
  'leak',
  'burst',
  'no-flow',
  'over-limit',
  'under-limit',
  'temperature-out-of-range',
  'disconnected',
  'reconnected',
  'ready-for-reconnection',
  'firmware-changed',
  'configuration-changed',
  'security-violation',
  'self-check-failed',
  'communication-failed',
  'reset',
  'other',
] as const;

export type DeviceEventType = (typeof deviceEventTypes)[number];
