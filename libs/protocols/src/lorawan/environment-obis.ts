/**
 * Abstract objects (IEC 62056-6-1, 6.2.x: medium 0) for what devices measure besides energy: C = 96, D = 9 ambient
 * conditions, D = 6 battery. E from 128 is for makers: CO₂ has no code of the standard.
 */
export const AMBIENT_TEMPERATURE = '0.0.96.9.0.255';
export const AIR_PRESSURE = '0.0.96.9.1.255';
export const RELATIVE_HUMIDITY = '0.0.96.9.2.255';
export const CO2_CONCENTRATION = '0.0.96.9.128.255';
export const BATTERY_CHARGE = '0.0.96.6.1.255';
export const BATTERY_VOLTAGE = '0.0.96.6.3.255';
