import { attempt, isDecodeError, type DecodeError } from '../decode-error.ts';
import type { ResolveLocalTime } from '../dlms/date-time.ts';
import { UNNAMED, type DecodedPush, type DecodeWarning } from '../measurement.ts';
import type { MqttMessage } from '../mqtt-message.ts';
import {
  isList,
  isObject,
  member,
  parseExactJson,
  quantityOf,
  sumOf,
  type ExactJson,
  type ExactObject,
} from './exact-json.ts';
import { mqttAddress } from './mqtt-address.ts';
import { onPhase, Readings, SWITCH, TEMPERATURE, type Field } from './readings.ts';
import {
  energyFields,
  meterNumberField,
  scriptField,
  sensorFields,
  tariffFields,
  teleinfoFields,
} from './tasmota-fields.ts';
import { tasmotaTime } from './tasmota-time.ts';

export interface TasmotaOptions {
  /** Tells the instant of `Time`, which is local and mostly without an offset. */
  readonly resolveLocalTime?: ResolveLocalTime;
}

/**
 * A message of Tasmota: `tele/<client>/SENSOR` and `STATE`, `stat/<client>/STATUS0`, `8`, `10`, `11` and `RESULT`.
 * Undefined for messages without readings. Errors: `JSON_INVALID`, `JSON_TOO_LONG`, `JSON_TOO_DEEP`.
 */
export function decodeTasmota(
  message: MqttMessage,
  options: TasmotaOptions = {},
): DecodedPush | DecodeError | undefined {
  const { topic, payload, receivedAt } = message;
  if (!hasTasmotaReadings(topic)) return undefined;
  const json = parseExactJson(payload);
  return isDecodeError(json) ? json : decodeTasmotaJson(topic, json, receivedAt, options);
}

/** Whether messages of a topic may have readings. */
export function hasTasmotaReadings(topic: string): boolean {
  return /(?:^|\/)(?:SENSOR|STATE|RESULT|STATUS(?:0|8|10|11)?)$/.test(topic);
}

/** The same of a message that is parsed. */
export function decodeTasmotaJson(
  topic: string,
  json: ExactJson,
  receivedAt?: number,
  options: TasmotaOptions = {},
): DecodedPush | DecodeError | undefined {
  return attempt(() => {
    if (!isObject(json)) return undefined;
    const sensors = objectIn(json, 'StatusSNS') ?? json;
    const state = objectIn(json, 'StatusSTS') ?? json;
    const reading = new TasmotaReading(sensors);
    reading.switches(state);
    reading.sections(sensors);
    if (reading.readings.measurements.length === 0) return undefined;
    const warnings: DecodeWarning[] = [];
    const time =
      tasmotaTime(sensors, receivedAt, options.resolveLocalTime) ??
      tasmotaTime(state, receivedAt, options.resolveLocalTime);
    if (time?.warning) warnings.push(time.warning);
    return {
      device: {
        serialNumber: reading.serialNumber,
        address: mqttAddress(clientOf(topic)),
        manufacturer: 'Tasmota',
      },
      time: time?.instant === undefined ? undefined : new Date(time.instant).toISOString(),
      measurements: reading.readings.measurements,
      loadProfiles: [],
      events: [],
      warnings,
    };
  });
}

/** `tele/<client>/SENSOR`, or `<client>/tele/SENSOR` where the topic is configured so. */
function clientOf(topic: string): string | undefined {
  const levels = topic.split('/').slice(0, -1);
  const prefix = levels.findIndex((level) => level === 'tele' || level === 'stat');
  return prefix < 0 ? undefined : levels.filter((_, index) => index !== prefix).join('/');
}

function objectIn(object: ExactObject, key: string): ExactObject | undefined {
  const value = member(object, key);
  return isObject(value) ? value : undefined;
}

/** Sections that tell of the device, not of what it measures. */
const aboutItself = new Set([
  'Wifi',
  'Berry',
  'StatusSNS',
  'StatusSTS',
  'StatusTIM',
  'StatusNET',
  'StatusMQT',
]);
const LARGEST_SECTIONS = 64;

class TasmotaReading {
  readonly readings = new Readings();
  readonly #isFahrenheit: boolean;
  readonly #pressureUnit: string;
  serialNumber: string | undefined;

  constructor(message: ExactObject) {
    this.#isFahrenheit = member(message, 'TempUnit') === 'F';
    const unit = member(message, 'PressureUnit');
    this.#pressureUnit = typeof unit === 'string' ? unit : 'hPa';
  }

  switches(state: ExactObject): void {
    for (const [key, value] of Object.entries(state)) {
      const relay = /^POWER(\d{0,2})$/.exec(key);
      if (!relay || (value !== 'ON' && value !== 'OFF')) continue;
      const subunit = relay[1] ? Number(relay[1]) : undefined;
      this.readings.text(SWITCH, value === 'ON' ? '1' : '0', `tasmota:${key}`, subunit);
    }
  }

  sections(message: ExactObject): void {
    for (const [name, section] of Object.entries(message).slice(0, LARGEST_SECTIONS)) {
      if (!isObject(section) || aboutItself.has(name)) continue;
      if (name === 'ENERGY') this.#energy(section);
      else if (name === 'TIC') this.#teleinfo(section);
      else this.#sensor(name, section);
    }
  }

  #energy(section: ExactObject): void {
    for (const [name, value] of Object.entries(section)) {
      const code = `tasmota:ENERGY.${name}`;
      const field = Object.hasOwn(energyFields, name) ? energyFields[name] : undefined;
      const byTariff = Object.hasOwn(tariffFields, name) ? tariffFields[name] : undefined;
      if (byTariff && isList(value)) this.#byTariff(byTariff, value, code);
      else if (field && isList(value)) this.#byPhase(field, field.isAdditive === true, value, code);
      else if (field) this.readings.number(field, value, code);
      else this.#other(code, value);
    }
  }

  #byTariff({ obis, ...field }: Field, values: readonly ExactJson[], code: string): void {
    values.slice(0, 9).forEach((value, index) => {
      const rate = obis.replace(/\.0\.255$/, `.${index + 1}.255`);
      this.readings.number({ ...field, obis: rate }, value, `${code}[${index}]`);
    });
  }

  #byPhase(field: Field, isAdditive: boolean, values: readonly ExactJson[], code: string): void {
    const listed = values.slice(0, 12);
    const sum = isAdditive && listed.length > 0 ? sumOf(listed, field.power) : undefined;
    if (sum) this.readings.add(field, sum, code);
    listed.forEach((value, index) => {
      const obis = index < 3 && field.obis !== UNNAMED ? onPhase(field.obis, index + 1) : UNNAMED;
      this.readings.number({ ...field, obis, quantity: undefined }, value, `${code}[${index}]`);
    });
  }

  #teleinfo(section: ExactObject): void {
    for (const [label, value] of Object.entries(section)) {
      const code = `tasmota:TIC.${label}`;
      const field = Object.hasOwn(teleinfoFields, label) ? teleinfoFields[label] : undefined;
      if ((label === 'ADCO' || label === 'ADSC') && typeof value === 'string') this.serialNumber = value;
      if (field) this.readings.number(field, value, code);
      else if ((label === 'PTEC' || label === 'LTARF') && typeof value === 'string') {
        this.readings.text({ obis: '0.0.96.14.0.255', quantity: 'active tariff' }, value, code);
      } else this.#other(code, value);
    }
  }

  #sensor(section: string, fields: ExactObject): void {
    for (const [name, value] of Object.entries(fields)) {
      const code = `tasmota:${section}.${name}`;
      const field = Object.hasOwn(sensorFields, name) ? sensorFields[name] : scriptField(name);
      // The temperature of its own chip is not that of the room.
      if (section === 'ESP32' && field === TEMPERATURE) {
        this.#physical({ ...TEMPERATURE, obis: UNNAMED, quantity: 'device temperature' }, value, code);
      } else if (meterNumberField.test(name) && typeof value === 'string') this.serialNumber ??= value;
      else if (field) this.#physical(field, value, code);
      else this.#other(code, value);
    }
  }

  /** A value whose unit the message tells: degrees Fahrenheit, mmHg and hPa. */
  #physical(field: Field, value: ExactJson | undefined, code: string): void {
    if (field.unit === '°C' && this.#isFahrenheit) {
      const fahrenheit = quantityOf(value);
      if (fahrenheit) this.readings.add(field, celsius(Number(fahrenheit.value)), code);
    } else if (field.unit === 'Pa') {
      const isHecto = this.#pressureUnit === 'hPa';
      this.readings.number(
        { ...field, unit: isHecto ? 'Pa' : this.#pressureUnit, power: isHecto ? 2 : 0 },
        value,
        code,
      );
    } else this.readings.number(field, value, code);
  }

  /** What has no name here is kept under its own: numbers as numbers, the rest as text. */
  #other(code: string, value: ExactJson | undefined): void {
    const field = { obis: UNNAMED };
    if (quantityOf(value) && typeof value !== 'string') this.readings.number(field, value, code);
    else if (typeof value === 'string') this.readings.text(field, value, code);
  }
}

/** (°F − 32) × 5/9, to a hundredth: sensors have no more. */
function celsius(fahrenheit: number) {
  const raw = Math.round(((fahrenheit - 32) * 500) / 9) || 0;
  return { raw, scaler: -2, value: (raw / 100).toFixed(2) };
}
