import { attempt, DecodeError, fail } from '../decode-error.ts';
import { scaleDecimal } from '../decimal.ts';
import type { ResolveLocalTime } from '../dlms/date-time.ts';
import {
  UNNAMED,
  type DecodedDevice,
  type DecodedEvent,
  type DecodedMeasurement,
  type DecodedPush,
  type DecodeWarning,
} from '../measurement.ts';
import { mediumOfType } from './m-bus-media.ts';
import { POWER_FAILURE_LOG, powerFailures } from './power-failures.ts';
import { meaningOf, obisOfReference, parseQuantity } from './quantity.ts';
import { readTelegram, type P1Object } from './telegram.ts';
import { isTimestamp, parseTimestamp } from './time.ts';

export interface TelegramOptions {
  /** Tells instants for meters whose clock is not Central European Time. */
  readonly resolveLocalTime?: ResolveLocalTime;
  /** Where the telegram begins in the stream, so that errors point into it. */
  readonly offset?: number;
}

const CLOCK = '0.0.1.0.0.255';
const MAXIMUM_DEMANDS = '0.0.98.1.0.255';
/** Version information of the Netherlands from 4.0 (`50`) on, where a check is required. */
const FIRST_CHECKED_VERSION = 40;

/**
 * One telegram, from `/` to the check behind `!`, as what it says. Errors: `P1_CRC_MISMATCH`, `P1_CRC_INVALID`,
 * `P1_CRC_MISSING`, `P1_TELEGRAM_EMPTY`, `P1_TELEGRAM_TRUNCATED`.
 */
export function decodeTelegram(octets: Uint8Array, options: TelegramOptions = {}): DecodedPush | DecodeError {
  return attempt(() => {
    const base = options.offset ?? 0;
    const { identification, objects, unreadable, checked } = readTelegram(octets, base);
    const reading = new TelegramReading(options.resolveLocalTime);
    for (const object of objects) reading.add(object);
    for (const { text, offset } of unreadable) {
      reading.warn('P1_LINE_UNREADABLE', `"${excerpt(text)}" at ${offset} is no object: it is left out.`);
    }
    const version = reading.version;
    if (objects.length === 0) fail('P1_TELEGRAM_EMPTY', 'The telegram has no object: send all of it.', base);
    if (!checked && Number(version?.slice(0, 2)) >= FIRST_CHECKED_VERSION) {
      const exclamation = base + octets.lastIndexOf(0x21);
      fail(
        'P1_CRC_MISSING',
        `Telegrams of version ${version} end with a check, but this one has none.`,
        exclamation + 1,
      );
    }
    return reading.push(manufacturerOf(identification));
  });
}

const excerpt = (text: string) => text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');

/** The maker's letters (FLAG association); the third is in lower case where the meter answers quickly (IEC 62056-21). */
function manufacturerOf(identification: string): string | undefined {
  return /^[A-Za-z]{3}/.exec(identification)?.[0].toUpperCase();
}

/** An octet string in hexadecimal digits as the text that it holds, or as it is where it holds none. */
export function decodeOctetText(hex: string): string {
  if (hex.length === 0 || hex.length % 2 === 1 || /[^0-9a-f]/i.test(hex)) return hex;
  const text = Buffer.from(hex, 'hex').toString('latin1');
  return /^[\x20-\x7e]+$/.test(text) ? text : hex;
}

class TelegramReading {
  readonly #resolve: ResolveLocalTime | undefined;
  readonly #measurements: DecodedMeasurement[] = [];
  readonly #events: DecodedEvent[] = [];
  readonly #warnings: DecodeWarning[] = [];
  readonly #deviceTypes = new Map<string, string>();
  #time: string | undefined;
  #serialNumber: string | undefined;
  version: string | undefined;

  constructor(resolve: ResolveLocalTime | undefined) {
    this.#resolve = resolve;
  }

  warn(code: string, message: string): void {
    this.#warnings.push({ code, message });
  }

  push(manufacturer: string | undefined): DecodedPush {
    const device: DecodedDevice = {
      serialNumber: this.#serialNumber,
      manufacturer,
      medium: 'electricity',
      version: this.version,
      address: this.#serialNumber && addressOf(this.#serialNumber),
    };
    return {
      device,
      time: this.#time,
      measurements: this.#measurements,
      loadProfiles: [],
      events: this.#events,
      warnings: this.#warnings,
    };
  }

  add(object: P1Object): void {
    const { reference, values } = object;
    const obis = obisOfReference(reference);
    if (obis === CLOCK) return this.#clock(values[0] ?? '');
    if (obis === POWER_FAILURE_LOG) {
      this.#events.push(...powerFailures(object, (text) => parseTimestamp(text, this.#resolve)));
    } else if (obis === MAXIMUM_DEMANDS) this.#maximumDemands(object);
    else if (values.length > 5 && obis && /^0\.\d+\.24\.3\.0\.255$/.test(obis)) this.#hourly(obis, values);
    else this.#value(obis, reference, values);
  }

  #clock(text: string): void {
    this.#time = this.#instant(text);
    if (this.#time === undefined)
      this.warn('P1_TIME_INVALID', `The clock says "${excerpt(text)}", which is no time.`);
  }

  #instant(text: string): string | undefined {
    const instant = parseTimestamp(text, this.#resolve);
    return instant === undefined ? undefined : new Date(instant).toISOString();
  }

  /** `(value)`, or `(time)(value)` where the value was captured at a time of its own. */
  #value(obis: string | undefined, reference: string, values: readonly string[]): void {
    const isCaptured = values.length > 1 && (isTimestamp(values[0]!) || values[0] === '');
    const text = values[isCaptured ? 1 : 0];
    if (text === undefined || text === '') return;
    const time = isCaptured ? this.#instant(values[0]!) : undefined;
    if (isCaptured && !time) {
      this.warn(
        'P1_TIME_INVALID',
        `${reference} was captured at "${excerpt(values[0]!)}", which is no time.`,
      );
    }
    this.#identify(obis, text);
    this.#measure(obis ?? UNNAMED, text, time, obis ? undefined : reference);
    for (const more of values.slice(isCaptured ? 2 : 1)) {
      if (more !== '') this.#measure(obis ?? UNNAMED, more, time, reference);
    }
  }

  #identify(obis: string | undefined, text: string): void {
    if (obis === '0.0.96.1.1.255' || (obis === '0.0.96.1.0.255' && !this.#serialNumber)) {
      this.#serialNumber = decodeOctetText(text);
    } else if (obis === '0.0.42.0.0.255') this.#serialNumber ??= decodeOctetText(text);
    else if (obis?.endsWith('.24.1.0.255')) this.#deviceTypes.set(channelOf(obis), text);
    else if (obis === '1.3.0.2.8.255' || obis === '0.0.96.1.4.255') this.version = text;
  }

  /** `(time)(status)(minutes)(count)(object)(unit)…(value)…`: the hourly value of DSMR 2.2 and 3.0. */
  #hourly(obis: string, values: readonly string[]): void {
    const count = Math.min(Number(values[3]) || 0, (values.length - 4) >> 1);
    const time = this.#instant(values[0]!);
    for (let index = 0; index < count; index++) {
      const object = values[4 + 2 * index]!;
      const value = values[4 + 2 * count + index];
      if (value) this.#measure(obis, `${value}*${values[5 + 2 * index]}`, time, object);
    }
  }

  /**
   * `(n)(object)(object)(time)(time of maximum)(value)…`: the month's maximum demands (e-MUCS P1 1.7.1, 5.3), the last
   * month first. Group F 101 is the last billing period, 102 the one before (IEC 62056-6-1, 6.4).
   */
  #maximumDemands({ values }: P1Object): void {
    const [, , object = '', ...rows] = values;
    const obis = obisOfReference(object);
    if (!obis) return;
    for (let row = 0; row * 3 + 2 < rows.length; row++) {
      const ofPeriod = row < 25 ? obis.replace(/\d+$/, String(101 + row)) : UNNAMED;
      const time = this.#instant(rows[row * 3 + 1]!);
      this.#measure(ofPeriod, rows[row * 3 + 2]!, time, object, row + 1);
    }
  }

  #mBusQuantity(obis: string): string | undefined {
    return mediumOfType(this.#deviceTypes.get(channelOf(obis)))?.quantity;
  }

  #measure(
    obis: string,
    text: string,
    time: string | undefined,
    code: string | undefined,
    storage?: number,
  ): void {
    const meaning = meaningOf(obis);
    const { isCount, tariff } = meaning;
    const quantity = meaning.isOfDevice ? this.#mBusQuantity(obis) : meaning.quantity;
    const number = isCount || text.includes('*') ? parseQuantity(text) : undefined;
    if (!number && text.includes('*')) {
      const message = `${code ?? obis} is "${excerpt(text)}", which is no number with a unit: it is left out.`;
      return this.warn('P1_VALUE_UNREADABLE', message);
    }
    const places = { storage: storage ?? meaning.storage, tariff };
    this.#measurements.push(
      number
        ? { obis, code, quantity, value: scaleDecimal(number.raw, number.scaler), ...number, time, ...places }
        : { obis, code, quantity, value: text, time, ...places },
    );
  }
}

const channelOf = (obis: string) => obis.split('.')[1]!;

/** How an equipment identifier is written as a device's address; `undefined` for one that has other characters. */
export function addressOf(identifier: string): string | undefined {
  return /^[\x21-\x7e]{1,64}$/.test(identifier) ? `dsmr:${identifier}` : undefined;
}
