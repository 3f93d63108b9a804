import type { DeviceEventType } from '@metermesh/metering';

type EventMeaning = readonly [name: string, type: DeviceEventType];

/**
 * Codes of the event logs that meters of the IDIS companion specification (package 2, 6.5) use alike: standard log,
 * fraud detection, disconnector, quality of supply, communication and the M-Bus logs have one numbering.
 */
const meanings: Readonly<Record<number, EventMeaning>> = {
  1: ['power down', 'power-down'], 2: ['power up', 'power-up'],
  3: ['daylight saving time changed', 'other'], 4: ['clock adjusted (old time)', 'clock-set'],
  5: ['clock adjusted (new time)', 'clock-set'], 6: ['clock invalid', 'clock-invalid'],
  7: ['replace battery', 'battery-low'], 8: ['battery voltage low', 'battery-low'],
  9: ['tariff switch times activated', 'configuration-changed'], 10: ['error register cleared', 'reset'],
  11: ['alarm register cleared', 'reset'], 12: ['program memory error', 'self-check-failed'],
  13: ['RAM error', 'self-check-failed'], 14: ['non-volatile memory error', 'self-check-failed'],
  15: ['watchdog error', 'self-check-failed'], 16: ['measurement system error', 'self-check-failed'],
  17: ['firmware ready for activation', 'other'], 18: ['firmware activated', 'firmware-changed'],
  19: ['passive tariff programmed', 'configuration-changed'], 20: ['external alert detected', 'other'],
  21: ['end of non-periodic billing interval', 'other'], 22: ['load profile 1 capturing started', 'other'],
  23: ['load profile 2 capturing started', 'other'],
  40: ['terminal cover removed', 'cover-opened'], 41: ['terminal cover closed', 'cover-closed'],
  42: ['strong magnetic field detected', 'magnetic-field'], 43: ['strong magnetic field gone', 'other'],
  44: ['meter cover removed', 'cover-opened'], 45: ['meter cover closed', 'cover-closed'],
  46: ['association authentication failed', 'security-violation'], 47: ['parameters changed', 'configuration-changed'],
  48: ['global keys changed', 'configuration-changed'],
  49: ['decryption or authentication failed', 'security-violation'], 50: ['replay detected', 'security-violation'],
  51: ['firmware verification failed', 'security-violation'], 52: ['unexpected consumption', 'tamper'],
  59: ['disconnector ready for manual connection', 'ready-for-reconnection'],
  60: ['manual disconnection', 'disconnected'], 61: ['manual connection', 'reconnected'],
  62: ['remote disconnection', 'disconnected'], 63: ['remote connection', 'reconnected'],
  64: ['local disconnection', 'disconnected'], 65: ['limiter threshold exceeded', 'over-limit'],
  66: ['limiter threshold normal', 'other'], 67: ['limiter threshold changed', 'configuration-changed'],
  68: ['disconnection or connection failed', 'self-check-failed'], 69: ['local connection', 'reconnected'],
  70: ['supervision 1 threshold exceeded', 'over-limit'], 71: ['supervision 1 threshold normal', 'other'],
  72: ['supervision 2 threshold exceeded', 'over-limit'], 73: ['supervision 2 threshold normal', 'other'],
  74: ['supervision 3 threshold exceeded', 'over-limit'], 75: ['supervision 3 threshold normal', 'other'],
  76: ['under voltage L1', 'under-limit'], 77: ['under voltage L2', 'under-limit'],
  78: ['under voltage L3', 'under-limit'], 79: ['over voltage L1', 'over-limit'],
  80: ['over voltage L2', 'over-limit'], 81: ['over voltage L3', 'over-limit'],
  82: ['missing voltage L1', 'power-down'], 83: ['missing voltage L2', 'power-down'],
  84: ['missing voltage L3', 'power-down'], 85: ['voltage L1 normal', 'other'], 86: ['voltage L2 normal', 'other'],
  87: ['voltage L3 normal', 'other'], 88: ['phase sequence reversed', 'tamper'],
  89: ['missing neutral', 'tamper'], 90: ['phase asymmetry', 'over-limit'], 91: ['current reversed', 'reverse-flow'],
  92: ['bad voltage quality L1', 'over-limit'], 93: ['bad voltage quality L2', 'over-limit'],
  94: ['bad voltage quality L3', 'over-limit'],
  100: ['M-Bus communication error, channel 1', 'communication-failed'],
  101: ['M-Bus communication restored, channel 1', 'other'], 102: ['replace battery of M-Bus device 1', 'battery-low'],
  103: ['fraud attempt at M-Bus device 1', 'tamper'], 104: ['clock adjusted of M-Bus device 1', 'clock-set'],
  105: ['new M-Bus device installed, channel 1', 'configuration-changed'],
  106: ['permanent error of M-Bus device 1', 'self-check-failed'],
  110: ['M-Bus communication error, channel 2', 'communication-failed'],
  111: ['M-Bus communication restored, channel 2', 'other'], 112: ['replace battery of M-Bus device 2', 'battery-low'],
  113: ['fraud attempt at M-Bus device 2', 'tamper'], 114: ['clock adjusted of M-Bus device 2', 'clock-set'],
  115: ['new M-Bus device installed, channel 2', 'configuration-changed'],
  116: ['permanent error of M-Bus device 2', 'self-check-failed'],
  140: ['no connection timeout', 'communication-failed'], 141: ['modem initialization failed', 'communication-failed'],
  142: ['SIM card failed', 'communication-failed'], 143: ['SIM card ok', 'other'],
  144: ['network registration failed', 'communication-failed'],
  145: ['packet data registration failed', 'communication-failed'],
  146: ['packet data context established', 'other'], 147: ['packet data context destroyed', 'communication-failed'],
  148: ['packet data context failed', 'communication-failed'], 149: ['modem reset by software', 'reset'],
  150: ['modem reset by hardware', 'reset'], 151: ['GSM outgoing connection', 'other'],
  152: ['GSM incoming connection', 'other'], 153: ['GSM hang-up', 'other'],
  158: ['communication started on the local port', 'other'], 159: ['communication ended on the local port', 'other'],
  230: ['fatal error', 'self-check-failed'], 231: ['billing reset', 'reset'], 232: ['power down, phase L1', 'power-down'],
  254: ['load profile cleared', 'reset'], 255: ['event log cleared', 'reset'],
}; // prettier-ignore

/** What an event code means where the meter follows IDIS; `undefined` for codes of the manufacturer. */
export function eventName(code: number): string | undefined {
  return meanings[code]?.[0];
}

/** Which kind of event that is. */
export function eventType(code: number): DeviceEventType | undefined {
  return meanings[code]?.[1];
}

/**
 * Bits of alarm register 1 (0.0.97.98.0.255, IDIS package 2, 6.6), lowest first; those without a meaning are reserved.
 */
const alarms: Readonly<Record<number, EventMeaning>> = {
  0: ['clock invalid', 'clock-invalid'], 1: ['replace battery', 'battery-low'],
  8: ['program memory error', 'self-check-failed'], 9: ['RAM error', 'self-check-failed'],
  10: ['non-volatile memory error', 'self-check-failed'], 11: ['measurement system error', 'self-check-failed'],
  12: ['watchdog error', 'self-check-failed'], 13: ['fraud attempt', 'tamper'],
  16: ['M-Bus communication error, channel 1', 'communication-failed'],
  17: ['M-Bus communication error, channel 2', 'communication-failed'],
  18: ['M-Bus communication error, channel 3', 'communication-failed'],
  19: ['M-Bus communication error, channel 4', 'communication-failed'],
  20: ['fraud attempt at M-Bus device 1', 'tamper'], 21: ['fraud attempt at M-Bus device 2', 'tamper'],
  22: ['fraud attempt at M-Bus device 3', 'tamper'], 23: ['fraud attempt at M-Bus device 4', 'tamper'],
}; // prettier-ignore

/** Bits of alarm register 2 (0.0.97.98.1.255). */
const alarms2: Readonly<Record<number, EventMeaning>> = {
  0: ['total power failure', 'last-gasp'], 1: ['power resumed', 'power-up'],
  2: ['missing voltage L1', 'power-down'], 3: ['missing voltage L2', 'power-down'],
  4: ['missing voltage L3', 'power-down'], 5: ['voltage L1 normal', 'other'], 6: ['voltage L2 normal', 'other'],
  7: ['voltage L3 normal', 'other'], 8: ['missing neutral', 'tamper'], 9: ['phase asymmetry', 'over-limit'],
  10: ['current reversed', 'reverse-flow'], 11: ['phase sequence reversed', 'tamper'],
  12: ['unexpected consumption', 'tamper'], 13: ['key exchanged', 'configuration-changed'],
  14: ['bad voltage quality L1', 'over-limit'], 15: ['bad voltage quality L2', 'over-limit'],
  16: ['bad voltage quality L3', 'over-limit'], 17: ['external alert', 'other'],
  18: ['local communication attempt', 'security-violation'],
  27: ['under voltage', 'under-limit'], 28: ['over voltage', 'over-limit'],
}; // prettier-ignore

export interface Alarm {
  /** Number of the bit. */
  readonly bit: number;
  readonly name?: string;
  readonly type?: DeviceEventType;
}

/** The alarms that are raised in alarm register 1 or 2. */
export function raisedAlarms(register: 1 | 2, value: number): Alarm[] {
  const raised: Alarm[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if (((value >>> bit) & 1) === 0) continue;
    const meaning = (register === 1 ? alarms : alarms2)[bit];
    raised.push({ bit, name: meaning?.[0], type: meaning?.[1] });
  }
  return raised;
}
