import { UNNAMED, type DecodedEvent } from '../measurement.ts';
import { ExactNumber, isList, isObject, member, type ExactJson, type ExactObject } from './exact-json.ts';
import { HUMIDITY, inChannel, onPhase, Readings, SWITCH, TEMPERATURE, type Field } from './readings.ts';

const plain = (obis: string, unit?: string): Field => ({ obis, unit });
const unnamed = (quantity: string, unit?: string): Field => ({ obis: UNNAMED, quantity, unit });

const power = plain('1.0.16.7.0.255', 'W');
const apparent = plain('1.0.9.7.0.255', 'VA');
const current = plain('1.0.11.7.0.255', 'A');
const voltage = plain('1.0.12.7.0.255', 'V');
const factor = plain('1.0.13.7.0.255');
const frequency = plain('1.0.14.7.0.255', 'Hz');
const imported = plain('1.0.1.8.0.255', 'Wh');
const exported = plain('1.0.2.8.0.255', 'Wh');

/** Of one circuit: EM1, PM1, Switch, Cover, Light and their data (Shelly Gen2+ API, components and services). */
const circuitFields: Readonly<Record<string, Field>> = {
  act_power: power,
  apower: power,
  aprt_power: apparent,
  aprtpower: apparent,
  current,
  voltage,
  pf: factor,
  freq: frequency,
  total_act_energy: imported,
  total_act_ret_energy: exported,
  'aenergy.total': imported,
  'ret_aenergy.total': exported,
  'temperature.tC': unnamed('device temperature', '°C'),
};

/** Of each phase of EM and EMData, behind `a_`, `b_`, `c_`. */
const phaseFields: Readonly<Record<string, Field>> = {
  act_power: power,
  aprt_power: apparent,
  current,
  voltage,
  pf: factor,
  freq: frequency,
  total_act_energy: imported,
  total_act_ret_energy: exported,
};

/** Of all phases together. */
const totalFields: Readonly<Record<string, Field>> = {
  total_act_power: power,
  total_aprt_power: apparent,
  total_current: current,
  total_act: imported,
  total_act_ret: exported,
  n_current: plain('1.0.91.7.0.255', 'A'),
};

const otherFields: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  temperature: { tC: TEMPERATURE },
  humidity: { rh: HUMIDITY },
  devicepower: {
    'battery.V': { obis: '0.0.96.6.3.255', quantity: 'battery voltage', unit: 'V' },
    'battery.percent': { obis: '0.0.96.6.1.255', quantity: 'battery charge', unit: '%' },
  },
  illuminance: { lux: unnamed('illuminance', 'lx') },
  voltmeter: { voltage: unnamed('voltage', 'V') },
};

const circuits = new Set(['em1', 'em1data', 'pm1', 'switch', 'cover', 'light', 'cct', 'rgb', 'rgbw']);
/** Members that place a value, or say the same again. */
const notMeasured = new Set(['id', 'tF', 'minute_ts', 'timer_started_at', 'timer_duration']);

export function isComponent(name: string): boolean {
  const [type = ''] = name.split(':');
  return circuits.has(type) || type === 'em' || type === 'emdata' || Object.hasOwn(otherFields, type);
}

/** What the status of a component such as `em:0` or `switch:1` measures. Its number is the channel (group B). */
export function readComponent(name: string, status: ExactObject, readings: Readings): void {
  const [type = '', number = '0'] = name.split(':');
  const channel = /^\d{1,2}$/.test(number) ? Number(number) : 0;
  const subunit = channel > 0 ? channel : undefined;
  for (const [path, value] of leaves(status)) {
    const code = `shelly:${name}.${path}`;
    const field = fieldOf(type, path);
    if (path === 'output' && typeof value === 'boolean') {
      const obis = inChannel(SWITCH.obis, channel);
      readings.text({ ...SWITCH, obis }, value ? '1' : '0', code, subunit);
    } else if (field)
      readings.number({ ...field, obis: inChannel(field.obis, channel) }, value, code, subunit);
    else if (value instanceof ExactNumber && !notMeasured.has(path.split('.').at(-1)!)) {
      const isMilliwattHours = path.includes('by_minute');
      const other = isMilliwattHours
        ? { ...unnamed('active energy by minute', 'Wh'), power: -3 }
        : { obis: UNNAMED };
      readings.number(other, value, code, subunit);
    }
  }
}

function fieldOf(type: string, path: string): Field | undefined {
  if (type === 'em' || type === 'emdata') {
    const phase = 'abc'.indexOf(path[0]!) + 1;
    const ofPhase = phase > 0 && path[1] === '_' ? own(phaseFields, path.slice(2)) : undefined;
    return ofPhase ? { ...ofPhase, obis: onPhase(ofPhase.obis, phase) } : own(totalFields, path);
  }
  return circuits.has(type) ? own(circuitFields, path) : own(own(otherFields, type) ?? {}, path);
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Values with their paths, `aenergy.by_minute[0]`: components nest two deep. */
function* leaves(object: ExactObject, prefix = '', depth = 0): Generator<readonly [string, ExactJson]> {
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + key;
    if (value === undefined) continue;
    if (isObject(value) && depth < 2) yield* leaves(value, `${path}.`, depth + 1);
    else if (isList(value))
      for (const [index, item] of value.slice(0, 16).entries()) yield [`${path}[${index}]`, item];
    else yield [path, value];
  }
}

const eventTypes: Readonly<Record<string, DecodedEvent['type']>> = {
  overpower: 'over-limit',
  overvoltage: 'over-limit',
  overcurrent: 'over-limit',
  undervoltage: 'under-limit',
  overtemp: 'temperature-out-of-range',
  power_meter_failure: 'self-check-failed',
  phase_sequence: 'other',
  ct_type_not_set: 'self-check-failed',
  ota_success: 'firmware-changed',
  scheduled_restart: 'reset',
};

/** An event by its name or by the name of an error; `undefined` for those of buttons and inputs. */
export function shellyEvent(component: string, name: string, time?: string): DecodedEvent | undefined {
  const [kind = ''] = name.split(':');
  const type = own(eventTypes, kind) ?? (kind === 'out_of_range' ? ('over-limit' as const) : undefined);
  return type && { code: `${component}.${name}`, name, type, time };
}

/** Errors that a status lists in `errors`, or by phase in `a_errors`, for as long as they last: when each began it does not say. */
export function errorsOf(component: string, status: ExactObject): DecodedEvent[] {
  return ['errors', 'a_errors', 'b_errors', 'c_errors', 'n_errors'].flatMap((key) => {
    const errors = member(status, key);
    if (!isList(errors)) return [];
    return errors.flatMap((error) =>
      typeof error === 'string' ? (shellyEvent(component, error) ?? []) : [],
    );
  });
}
