import { UNNAMED } from '../measurement.ts';
import { isObject, type ExactJson, type ExactObject, quantityOf, isList, member } from './exact-json.ts';
import { HUMIDITY, inChannel, onPhase, Readings, SWITCH, TEMPERATURE, type Field } from './readings.ts';

/** Topics of the first generation (Shelly Gen1 API, MQTT): one value a topic, below `shellies/<id>/`. */
const emeterFields: Readonly<Record<string, Field>> = {
  power: { obis: '1.0.16.7.0.255', unit: 'W' },
  reactive_power: { obis: '1.0.3.7.0.255', unit: 'var' },
  reactive: { obis: '1.0.3.7.0.255', unit: 'var' },
  pf: { obis: '1.0.13.7.0.255' },
  current: { obis: '1.0.11.7.0.255', unit: 'A' },
  voltage: { obis: '1.0.12.7.0.255', unit: 'V' },
  total: { obis: '1.0.1.8.0.255', unit: 'Wh' },
  total_returned: { obis: '1.0.2.8.0.255', unit: 'Wh' },
};

const sensorFields: Readonly<Record<string, Field>> = {
  temperature: TEMPERATURE,
  humidity: HUMIDITY,
  battery: { obis: '0.0.96.6.1.255', quantity: 'battery charge', unit: '%' },
  lux: { obis: UNNAMED, quantity: 'illuminance', unit: 'lx' },
};

const DEVICE_TEMPERATURE: Field = { obis: UNNAMED, quantity: 'device temperature', unit: '°C' };

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** The value of a topic such as `emeter/0/power` of device `id`. */
export function readGen1Topic(id: string, path: string, text: string, readings: Readings): void {
  const [section = '', second = '', third = ''] = path.split('/');
  const code = `shelly:${path}`;
  const channel = /^\d{1,2}$/.test(second) ? Number(second) : 0;
  if (section === 'emeter') readings3em(id, channel, third, text, code, readings);
  else if ((section === 'relay' || section === 'roller' || section === 'light') && third !== '') {
    readRelay(channel, third, text, code, readings);
  } else if (section === 'relay' && (text === 'on' || text === 'off')) {
    const obis = inChannel(SWITCH.obis, channel);
    readings.text({ ...SWITCH, obis }, text === 'on' ? '1' : '0', code, channel || undefined);
  } else if (section === 'sensor') {
    const field = own(sensorFields, second);
    if (field) readings.number(field, text, code);
  } else if (section === 'temperature') readings.number(DEVICE_TEMPERATURE, text, code);
  else if (section === 'voltage') readings.number(emeterFields['voltage']!, text, code);
}

/** The three meters of a 3EM are the phases; those of an EM are circuits of their own. */
function readings3em(
  id: string,
  index: number,
  name: string,
  json: ExactJson,
  code: string,
  readings: Readings,
): void {
  const field = own(emeterFields, name);
  if (!field) return;
  const isPhase = /^shellyem3/i.test(id) && index < 3;
  const obis = isPhase ? onPhase(field.obis, index + 1) : inChannel(field.obis, index);
  readings.number({ ...field, obis }, json, code, isPhase ? undefined : index || undefined);
}

function readRelay(channel: number, name: string, json: ExactJson, code: string, readings: Readings): void {
  const subunit = channel || undefined;
  if (name === 'power') {
    readings.number(
      { ...emeterFields['power']!, obis: inChannel('1.0.16.7.0.255', channel) },
      json,
      code,
      subunit,
    );
  }
  const energy = name === 'energy' ? wattMinutes(json) : undefined;
  if (energy) readings.add({ obis: inChannel('1.0.1.8.0.255', channel), unit: 'Wh' }, energy, code, subunit);
}

/** Watt-minutes in watt-hours, down to a thousandth: a sixtieth is no decimal. */
function wattMinutes(json: ExactJson) {
  const minutes = quantityOf(json);
  if (!minutes || minutes.scaler < -6 || minutes.scaler > 6) return undefined;
  const thousandths = (BigInt(minutes.raw) * 10n ** BigInt(9 + minutes.scaler)) / (60n * 10n ** 6n);
  return quantityOf(`${thousandths}`, -3);
}

/** `shellies/<id>/info`: all of it in one message. */
export function readGen1Info(id: string, info: ExactObject, readings: Readings): void {
  listOf(info, 'emeters').forEach((meter, index) => {
    for (const [name, value] of Object.entries(meter)) {
      if (value !== undefined)
        readings3em(id, index, name, value, `shelly:emeters[${index}].${name}`, readings);
    }
  });
  listOf(info, 'meters').forEach((meter, index) => {
    const code = (name: string) => `shelly:meters[${index}].${name}`;
    readRelay(index, 'power', member(meter, 'power') ?? null, code('power'), readings);
    readRelay(index, 'energy', member(meter, 'total') ?? null, code('total'), readings);
  });
  const own = member(info, 'tmp');
  if (isObject(own)) readings.number(DEVICE_TEMPERATURE, member(own, 'tC'), 'shelly:tmp.tC');
}

function listOf(info: ExactObject, key: string): ExactObject[] {
  const list = member(info, key);
  return isList(list) ? list.slice(0, 8).filter(isObject) : [];
}
