import type { DeviceEventType } from '@metermesh/metering';

/** Codes of the standard event log that meters of the IDIS companion specification (package 2, 6.5) use alike. */
const names: Readonly<Record<number, string>> = {
  1: 'power down', 2: 'power up', 3: 'daylight saving time changed', 4: 'clock adjusted (old time)',
  5: 'clock adjusted (new time)', 6: 'clock invalid', 7: 'replace battery', 8: 'battery voltage low',
  9: 'tariff switch times activated', 10: 'error register cleared', 11: 'alarm register cleared',
  12: 'program memory error', 13: 'RAM error', 14: 'non-volatile memory error', 15: 'watchdog error',
  16: 'measurement system error', 17: 'firmware ready for activation', 18: 'firmware activated',
  40: 'terminal cover removed', 41: 'terminal cover closed', 42: 'strong magnetic field detected',
  43: 'strong magnetic field gone', 44: 'meter cover removed', 45: 'meter cover closed',
  46: 'association authentication failed', 47: 'parameters changed', 48: 'global keys changed',
  49: 'decryption or authentication failed', 50: 'replay detected', 59: 'disconnector ready for manual connection', 60: 'manual disconnection', 61: 'manual connection',
  62: 'remote disconnection', 63: 'remote connection', 64: 'local disconnection', 65: 'limiter threshold exceeded', 66: 'limiter threshold normal',
}; // prettier-ignore

/** What an event code means where the meter follows IDIS; `undefined` for codes of the manufacturer. */
export function eventName(code: number): string | undefined {
  return names[code];
}

/** Which of the kinds of device events that is, in every protocol called alike. */
const types: Readonly<Record<number, DeviceEventType>> = {
  1: 'power-down', 2: 'power-up', 4: 'clock-set', 5: 'clock-set', 6: 'clock-invalid', 7: 'battery-low', 8: 'battery-low',
  9: 'configuration-changed', 12: 'self-check-failed', 13: 'self-check-failed', 14: 'self-check-failed', 15: 'self-check-failed',
  16: 'self-check-failed', 18: 'firmware-changed', 40: 'cover-opened', 41: 'cover-closed', 42: 'magnetic-field',
  44: 'cover-opened', 45: 'cover-closed', 46: 'security-violation', 47: 'configuration-changed', 48: 'configuration-changed',
  49: 'security-violation', 50: 'security-violation', 59: 'ready-for-reconnection', 60: 'disconnected', 61: 'reconnected',
  62: 'disconnected', 63: 'reconnected', 64: 'disconnected', 65: 'over-limit',
}; // prettier-ignore

/** `undefined` for codes that are none of the kinds, or that only the manufacturer knows. */
export function eventType(code: number): DeviceEventType | undefined {
  return types[code];
}
