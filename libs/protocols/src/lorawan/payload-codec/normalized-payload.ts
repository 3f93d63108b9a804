import {
  AIR_PRESSURE,
  AMBIENT_TEMPERATURE,
  BATTERY_CHARGE,
  BATTERY_VOLTAGE,
  CO2_CONCENTRATION,
  RELATIVE_HUMIDITY,
} from '../environment-obis.ts';
import { UNNAMED } from '../../measurement.ts';
import type { Field } from './fields.ts';
import type { Meaning } from './well-known-fields.ts';

const meaning = (obis: string, quantity: string, unit: string, scale = 0): Meaning => ({
  obis,
  quantity,
  unit,
  scale,
});
const unnamed = (quantity: string, unit: string): Meaning => meaning(UNNAMED, quantity, unit);

/** The vocabulary of `normalizeUplink` (schema of The Things Network's device repository), path → meaning and unit. */
const vocabulary = new Map<string, Meaning>(
  Object.entries({
    'air.temperature': meaning(AMBIENT_TEMPERATURE, 'ambient temperature', '°C'),
    'air.relativeHumidity': meaning(RELATIVE_HUMIDITY, 'relative humidity', '%'),
    'air.pressure': meaning(AIR_PRESSURE, 'air pressure', 'Pa', 2),
    'air.co2': meaning(CO2_CONCENTRATION, 'CO2 concentration', 'ppm'),
    'air.lightIntensity': unnamed('light intensity', 'lx'),
    'metering.water.total': meaning('8.0.1.0.0.255', 'water volume', 'm3', -3),
    'metering.gas.total': meaning('7.0.3.0.0.255', 'gas volume', 'm3', -3),
    'water.temperature.current': unnamed('water temperature', '°C'),
    'water.temperature.min': unnamed('water temperature', '°C'),
    'water.temperature.max': unnamed('water temperature', '°C'),
    'water.temperature.avg': unnamed('water temperature', '°C'),
    'soil.temperature': unnamed('soil temperature', '°C'),
    'soil.moisture': unnamed('soil moisture', '%'),
    'soil.ec': unnamed('soil conductivity', 'dS/m'),
    'soil.depth': unnamed('soil depth', 'cm'),
    'wind.speed': unnamed('wind speed', 'm/s'),
    'wind.direction': unnamed('wind direction', '°'),
    'rain.intensity': unnamed('rain intensity', 'mm/h'),
    'rain.cumulative': unnamed('rain', 'mm'),
  }),
);

/** No cell has more than 12 V: above it is percent, which several published normalizers put there. */
export function normalizedMeaning({ path, value }: Field): Meaning | undefined {
  if (path !== 'battery') return vocabulary.get(path);
  return Number(value) > 12
    ? meaning(BATTERY_CHARGE, 'battery charge', '%')
    : meaning(BATTERY_VOLTAGE, 'battery voltage', 'V');
}
