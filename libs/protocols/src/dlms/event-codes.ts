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
