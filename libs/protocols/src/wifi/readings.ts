import { quantityName, storageOf, tariffOf } from '../dlms/obis.ts';
import { UNNAMED, type DecodedMeasurement } from '../measurement.ts';
import { quantityOf, type ExactJson, type Quantity } from './exact-json.ts';

/** What a field of a dialect measures. */
export interface Field {
  /** {@link UNNAMED} where there is none. */
  readonly obis: string;
  readonly quantity?: string;
  readonly unit?: string;
  /** Power of ten that takes the number to the unit: 3 for kWh in Wh. */
  readonly power?: number;
}

export const TEMPERATURE: Field = { obis: '0.0.96.9.0.255', quantity: 'temperature', unit: '°C' };
export const HUMIDITY: Field = { obis: '0.0.96.9.2.255', quantity: 'relative humidity', unit: '%' };
export const AIR_PRESSURE: Field = { obis: '0.0.96.9.1.255', quantity: 'air pressure', unit: 'Pa' };
export const CO2: Field = { obis: '0.0.96.9.128.255', quantity: 'CO2 concentration', unit: 'ppm' };
export const SWITCH: Field = { obis: '0.0.96.3.10.255', quantity: 'disconnect control' };

/** Collects the measurements of one message, so that each has a name of its own. */
export class Readings {
  readonly measurements: DecodedMeasurement[] = [];
  readonly #named = new Set<string>();

  /** A number; anything that is none is left out. */
  number(field: Field, json: ExactJson | undefined, code: string, subunit?: number): void {
    const quantity = quantityOf(json, field.power);
    if (quantity) this.add(field, quantity, code, subunit);
  }

  add(field: Field, quantity: Quantity, code: string, subunit?: number): void {
    const obis = this.#ownName(field.obis);
    this.measurements.push({
      obis,
      code,
      quantity: field.quantity ?? quantityName(field.obis),
      ...quantity,
      unit: field.unit,
      storage: storageOf(obis),
      tariff: tariffOf(obis),
      subunit,
    });
  }

  text(field: Field, value: string, code: string, subunit?: number): void {
    this.measurements.push({
      obis: this.#ownName(field.obis),
      code,
      quantity: field.quantity,
      value,
      subunit,
    });
  }

  /** A name that was used already: of an ambient sensor that of the next channel (group B), else none. */
  #ownName(obis: string): string {
    if (obis === UNNAMED) return obis;
    let own = obis;
    for (let channel = 1; this.#named.has(own) && channel < 65; channel++) {
      if (!obis.startsWith('0.0.96.9.')) return UNNAMED;
      own = obis.replace('0.0.', `0.${channel}.`);
    }
    this.#named.add(own);
    return own;
  }
}

/** Group C of a quantity on phase 1, 2 or 3 (IEC 62056-6-1, 6.2). */
export function onPhase(obis: string, phase: number): string {
  const [a, b, c, ...rest] = obis.split('.');
  return [a, b, Number(c) + 20 * phase, ...rest].join('.');
}

/** The same object in channel `channel` (group B); 0 is a device that has one. */
export function inChannel(obis: string, channel: number): string {
  if (obis === UNNAMED || channel === 0) return obis;
  const [a, , ...rest] = obis.split('.');
  return [a, channel, ...rest].join('.');
}
