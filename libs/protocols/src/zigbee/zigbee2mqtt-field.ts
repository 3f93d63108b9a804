import type { DeviceEventType } from '@metermesh/metering';
import { quantityName } from '../dlms/obis.ts';
import { UNNAMED, type DecodedMeasurement } from '../measurement.ts';

/** What a field of a device's state means, and the power of ten that takes it to `unit`. */
export interface Field {
  readonly obis: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly exponent: number;
  readonly tariff?: number;
  readonly subunit?: number;
}

const unnamed = (quantity: string, unit?: string): Field => ({ obis: UNNAMED, quantity, unit, exponent: 0 });

/** Group C of what every phase has, without phase; +20, +40, +60 are L1, L2, L3. Power is signed. */
const ofPhase: Readonly<
  Record<string, readonly [c: number, d: number, unit: string | undefined, exponent: number]>
> = {
  energy: [1, 8, 'Wh', 3],
  produced_energy: [2, 8, 'Wh', 3],
  power: [16, 7, 'W', 0],
  voltage: [12, 7, 'V', 0],
  current: [11, 7, 'A', 0],
  power_factor: [13, 7, undefined, 0],
  power_apparent: [9, 7, 'VA', 0],
  power_reactive: [3, 7, 'var', 0],
};

const single: Readonly<Record<string, Field>> = {
  ac_frequency: { obis: '1.0.14.7.0.255', unit: 'Hz', exponent: 0 },
  frequency: { obis: '1.0.14.7.0.255', unit: 'Hz', exponent: 0 },
  temperature: { obis: '0.0.96.9.0.255', quantity: 'temperature', unit: '°C', exponent: 0 },
  pressure: { obis: '0.0.96.9.1.255', quantity: 'air pressure', unit: 'Pa', exponent: 2 },
  humidity: { obis: '0.0.96.9.2.255', quantity: 'relative humidity', unit: '%', exponent: 0 },
  co2: { obis: '0.0.96.9.128.255', quantity: 'carbon dioxide', unit: 'ppm', exponent: 0 },
  battery: unnamed('battery charge', '%'),
  illuminance: unnamed('illuminance', 'lx'),
  illuminance_lux: unnamed('illuminance', 'lx'),
  pm25: unnamed('PM2.5', 'µg/m3'),
  pm10: unnamed('PM10', 'µg/m3'),
  voc: unnamed('volatile organic compounds'),
  soil_moisture: unnamed('soil moisture', '%'),
  device_temperature: unnamed('device temperature', '°C'),
  water_consumed: { obis: '8.0.1.0.0.255', unit: 'm3', exponent: 0 },
  linkquality: unnamed('link quality'),
};

const phases: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3 };

/** The field of a name: with phase (`power_phase_b`), tier (`energy_tier_1`) or endpoint (`power_l2`); undefined for others. */
export function fieldOf(name: string): Field | undefined {
  const known = withoutEndpoint(name);
  if (known) return known;
  const endpoint = /^(.+)_l?(\d{1,2})$/.exec(name);
  const field = endpoint ? withoutEndpoint(endpoint[1]!) : undefined;
  return field && { ...field, subunit: Number(endpoint![2]) };
}

function withoutEndpoint(name: string): Field | undefined {
  if (Object.hasOwn(single, name)) return single[name];
  if (Object.hasOwn(ofPhase, name)) return electrical(name, 0, 0);
  const phase = /^(.+)_phase_([abc])$/.exec(name);
  if (phase && Object.hasOwn(ofPhase, phase[1]!)) return electrical(phase[1]!, phases[phase[2]!]!, 0);
  const tier = /^(energy|produced_energy)_tier_(\d{1,2})$/.exec(name);
  return tier ? electrical(tier[1]!, 0, Number(tier[2])) : undefined;
}

/** The same quantity of phase `phase` (1 to 3; 0: of all together). */
export function electrical(name: string, phase: number, tariff: number): Field {
  const [c, d, unit, exponent] = ofPhase[name]!;
  return { obis: `1.0.${c + 20 * phase}.${d}.${tariff}.255`, unit, exponent, ...(tariff > 0 && { tariff }) };
}

export const isElectrical = (name: string): boolean => Object.hasOwn(ofPhase, name);

/** Fields that tell an event while they are true. */
export const eventFields: Readonly<Record<string, DeviceEventType>> = {
  tamper: 'tamper',
  battery_low: 'battery-low',
  water_leak: 'leak',
};

export function measurementOf(field: Field, value: string): DecodedMeasurement {
  const { obis, quantity = quantityName(obis), unit, tariff, subunit } = field;
  return { obis, quantity, value, unit, tariff, subunit };
}
