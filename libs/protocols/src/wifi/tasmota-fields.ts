import { UNNAMED } from '../measurement.ts';
import { AIR_PRESSURE, CO2, HUMIDITY, TEMPERATURE, type Field } from './readings.ts';

const kilo = (obis: string, unit: string): Field => ({ obis, unit, power: 3 });
const plain = (obis: string, unit?: string): Field => ({ obis, unit });
const unnamed = (quantity: string, unit?: string, power = 0): Field => ({
  obis: UNNAMED,
  quantity,
  unit,
  power,
});

/** Section ENERGY: values, or lists of values by phase. Additive ones have a sum, too. */
export const energyFields: Readonly<Record<string, Field & { readonly isAdditive?: boolean }>> = {
  Total: { ...kilo('1.0.1.8.0.255', 'Wh'), isAdditive: true },
  ImportActive: { ...kilo('1.0.1.8.0.255', 'Wh'), isAdditive: true },
  ExportActive: { ...kilo('1.0.2.8.0.255', 'Wh'), isAdditive: true },
  ImportReactive: { ...kilo('1.0.3.8.0.255', 'varh'), isAdditive: true },
  ExportReactive: { ...kilo('1.0.4.8.0.255', 'varh'), isAdditive: true },
  Yesterday: unnamed('active energy import yesterday', 'Wh', 3),
  Today: unnamed('active energy import today', 'Wh', 3),
  Period: unnamed('active energy import since the last message', 'Wh'),
  Power: { ...plain('1.0.16.7.0.255', 'W'), isAdditive: true },
  ImportPower: { ...plain('1.0.1.7.0.255', 'W'), isAdditive: true },
  ExportPower: { ...plain('1.0.2.7.0.255', 'W'), isAdditive: true },
  ApparentPower: { ...plain('1.0.9.7.0.255', 'VA'), isAdditive: true },
  ReactivePower: { ...plain('1.0.3.7.0.255', 'var'), isAdditive: true },
  Factor: plain('1.0.13.7.0.255'),
  Frequency: plain('1.0.14.7.0.255', 'Hz'),
  Voltage: plain('1.0.12.7.0.255', 'V'),
  Current: plain('1.0.11.7.0.255', 'A'),
  Load: unnamed('load', '%'),
};

/** Lists by tariff: one value a rate register (group E). */
export const tariffFields: Readonly<Record<string, Field>> = {
  TotalTariff: kilo('1.0.1.8.0.255', 'Wh'),
  ExportTariff: kilo('1.0.2.8.0.255', 'Wh'),
};

export const sensorFields: Readonly<Record<string, Field>> = {
  Temperature: TEMPERATURE,
  Humidity: HUMIDITY,
  Pressure: AIR_PRESSURE,
  CarbonDioxide: CO2,
  CO2,
  SeaPressure: unnamed('air pressure at sea level', 'Pa'),
  DewPoint: unnamed('dew point', '°C'),
  eCO2: unnamed('equivalent CO2 concentration', 'ppm'),
  Illuminance: unnamed('illuminance', 'lx'),
};

/** Labels of the French tele-information (Enedis-NOI-CPT_54E), historic and standard mode. */
export const teleinfoFields: Readonly<Record<string, Field>> = {
  BASE: plain('1.0.1.8.0.255', 'Wh'),
  HCHC: plain('1.0.1.8.1.255', 'Wh'),
  HCHP: plain('1.0.1.8.2.255', 'Wh'),
  EJPHN: plain('1.0.1.8.1.255', 'Wh'),
  EJPHPM: plain('1.0.1.8.2.255', 'Wh'),
  BBRHCJB: plain('1.0.1.8.1.255', 'Wh'),
  BBRHPJB: plain('1.0.1.8.2.255', 'Wh'),
  BBRHCJW: plain('1.0.1.8.3.255', 'Wh'),
  BBRHPJW: plain('1.0.1.8.4.255', 'Wh'),
  BBRHCJR: plain('1.0.1.8.5.255', 'Wh'),
  BBRHPJR: plain('1.0.1.8.6.255', 'Wh'),
  PAPP: plain('1.0.9.7.0.255', 'VA'),
  IINST: plain('1.0.11.7.0.255', 'A'),
  IINST1: plain('1.0.31.7.0.255', 'A'),
  IINST2: plain('1.0.51.7.0.255', 'A'),
  IINST3: plain('1.0.71.7.0.255', 'A'),
  IMAX: plain('1.0.11.6.0.255', 'A'),
  ISOUSC: unnamed('subscribed current', 'A'),
  EAST: plain('1.0.1.8.0.255', 'Wh'),
  EAIT: plain('1.0.2.8.0.255', 'Wh'),
  ERQ1: plain('1.0.5.8.0.255', 'varh'),
  ERQ2: plain('1.0.6.8.0.255', 'varh'),
  ERQ3: plain('1.0.7.8.0.255', 'varh'),
  ERQ4: plain('1.0.8.8.0.255', 'varh'),
  SINSTS: plain('1.0.9.7.0.255', 'VA'),
  SINSTS1: plain('1.0.29.7.0.255', 'VA'),
  SINSTS2: plain('1.0.49.7.0.255', 'VA'),
  SINSTS3: plain('1.0.69.7.0.255', 'VA'),
  SINSTI: plain('1.0.10.7.0.255', 'VA'),
  IRMS1: plain('1.0.31.7.0.255', 'A'),
  IRMS2: plain('1.0.51.7.0.255', 'A'),
  IRMS3: plain('1.0.71.7.0.255', 'A'),
  URMS1: plain('1.0.32.7.0.255', 'V'),
  URMS2: plain('1.0.52.7.0.255', 'V'),
  URMS3: plain('1.0.72.7.0.255', 'V'),
  PREF: unnamed('subscribed apparent power', 'VA', 3),
  ...Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [
      `EASF${String(index + 1).padStart(2, '0')}`,
      plain(`1.0.1.8.${index + 1}.255`, 'Wh'),
    ]),
  ),
};

/**
 * What people call the values of a meter that a Tasmota script reads (the names of the examples of its documentation):
 * `Total_in`, `E_out`, `Power_curr`, `Power_p1`, `Volt_p2`, or an OBIS code, `1_8_0`.
 */
const scriptFields: readonly (readonly [RegExp, Field])[] = [
  [/^(?:total_?in|e_?in|energy_?in|total_?kwh|import|bezug)$/i, kilo('1.0.1.8.0.255', 'Wh')],
  [/^(?:total_?out|e_?out|energy_?out|export|einspeisung)$/i, kilo('1.0.2.8.0.255', 'Wh')],
  [/^(?:total_?in|e_?in)_?t?1$/i, kilo('1.0.1.8.1.255', 'Wh')],
  [/^(?:total_?in|e_?in)_?t?2$/i, kilo('1.0.1.8.2.255', 'Wh')],
  [/^(?:power|power_?cur+|power_?total|watt_?sum+e?|leistung)$/i, plain('1.0.16.7.0.255', 'W')],
  [/^(?:power|watt)_?[pl]?1$/i, plain('1.0.36.7.0.255', 'W')],
  [/^(?:power|watt)_?[pl]?2$/i, plain('1.0.56.7.0.255', 'W')],
  [/^(?:power|watt)_?[pl]?3$/i, plain('1.0.76.7.0.255', 'W')],
  [/^volt(?:age)?_?[pl]?1$/i, plain('1.0.32.7.0.255', 'V')],
  [/^volt(?:age)?_?[pl]?2$/i, plain('1.0.52.7.0.255', 'V')],
  [/^volt(?:age)?_?[pl]?3$/i, plain('1.0.72.7.0.255', 'V')],
  [/^(?:amp|amperage|curr|current|strom)_?[pl]?1$/i, plain('1.0.31.7.0.255', 'A')],
  [/^(?:amp|amperage|curr|current|strom)_?[pl]?2$/i, plain('1.0.51.7.0.255', 'A')],
  [/^(?:amp|amperage|curr|current|strom)_?[pl]?3$/i, plain('1.0.71.7.0.255', 'A')],
  [/^(?:hz|freq|frequency|frequenz)$/i, plain('1.0.14.7.0.255', 'Hz')],
];

export function scriptField(name: string): Field | undefined {
  const obis = /^(\d{1,2})[._](7|8)[._](\d)$/.exec(name);
  if (obis) {
    const [, c, d, e] = obis;
    return d === '8' ? kilo(`1.0.${c}.8.${e}.255`, 'Wh') : plain(`1.0.${c}.7.${e}.255`, powerUnit(Number(c)));
  }
  return scriptFields.find(([pattern]) => pattern.test(name))?.[1];
}

/** Group C: of every twenty, 11 is a current, 12 a voltage, 14 a frequency. */
function powerUnit(c: number): string {
  return { 11: 'A', 12: 'V', 14: 'Hz' }[c % 20] ?? 'W';
}

/** Names of a meter's number in scripts. */
export const meterNumberField = /^(?:meter_?(?:id|number|num|nr)|serial|server_?id|zaehlernummer)$/i;
