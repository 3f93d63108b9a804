import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../decode-error.ts';
import type { DecodedMeasurement, DecodedPush } from '../measurement.ts';
import { decodeMbus } from './frame.ts';

const corpus = process.env['METERMESH_CORPUS'];

interface Telegram {
  meter: string;
  driver: string;
  id: string;
  key: string | null;
  telegram: string;
  expected: Record<string, unknown>;
}

const telegrams: Telegram[] = corpus
  ? JSON.parse(readFileSync(join(corpus, 'mbus/telegrams.json'), 'utf8'))
  : [];

/** Frames in formats of their manufacturers alone, and why; by driver. */
const refused: Readonly<Record<string, string>> = {
  apator162: 'MBUS_PAYLOAD_PRIVATE',
  apator172: 'MBUS_PAYLOAD_PRIVATE',
  apatoreitn: 'MBUS_PAYLOAD_PRIVATE',
  apatorna1: 'MBUS_PAYLOAD_PRIVATE',
  bfw240radio: 'MBUS_PAYLOAD_PRIVATE',
  compact5: 'MBUS_PAYLOAD_PRIVATE',
  fhkvdataiii: 'MBUS_PAYLOAD_PRIVATE',
  izarv2: 'MBUS_PAYLOAD_PRIVATE',
  mkradio3: 'MBUS_PAYLOAD_PRIVATE',
  mkradio4: 'MBUS_PAYLOAD_PRIVATE',
  tsd2: 'MBUS_PAYLOAD_PRIVATE',
  // security modes 16 and 21 are the manufacturers' own
  rfmtx1: 'MBUS_SECURITY_MODE_UNSUPPORTED',
  sharky: 'MBUS_SECURITY_MODE_UNSUPPORTED',
};
/** The file gives no key for it. */
const withoutKey = 'mbus:DME-64745666';

/** What a name of the expected fields ends in, and how it counts in our unit. */
const units: readonly (readonly [ending: RegExp, unit: string | undefined, factor: number])[] = [
  [/_kwh$/, 'Wh', 1000],
  [/_kvarh$/, 'varh', 1000],
  [/_kvah$/, 'VAh', 1000],
  [/_kw$/, 'W', 1000],
  [/_kvar$/, 'var', 1000],
  [/_kva$/, 'VA', 1000],
  [/_m3h$/, 'm3/h', 1],
  [/_m3$/, 'm3', 1],
  [/_c$/, '°C', 1],
  [/_v$/, 'V', 1],
  [/_a$/, 'A', 1],
  [/_hz$/, 'Hz', 1],
  [/_rh$/, '%', 1],
  [/_bar$/, 'bar', 1],
  [/_s$/, 's', 1],
  [/_h$/, 'h', 1],
  [/_y$/, 'a', 1],
  [/_hca$/, undefined, 1],
];

/** Expected fields that come from manufacturer data, from arithmetic or from guesses, not from a standard record. */
const notOfARecord: Readonly<Record<string, readonly string[]>> = {
  // the meter's unit is kW per month (VIFE 25h)
  c5isf: ['max_power_last_month_kw'],
  // bits of flags
  ei6500: ['dust_level_counter'],
  // computed from the other values
  em24: ['total_apparent_energy_consumption_kvah'],
  evo868: ['history_*'],
  waterstarm: ['history_*'],
  // manufacturer data behind DIF 0Fh
  gwfwater: ['battery_y'],
  hydroclimav2: ['ambient_*', 'average_*', 'max_*', 'total_*'],
  hydrodigit: ['*_total_m3', 'backflow_m3', 'voltage_v'],
  // VIFs of the manufacturer (FFh), which have no unit
  iem3000: ['nominal_frequency_hz', 'frequency_hz', '*_reactive_energy_*'],
  ime: ['*_power_*'],
  // a variable-length value of the manufacturer (VIF FF 5Fh)
  qheatv2: ['energy_delta_*', 'target_*', 'total_kwh'],
  // the same; and VIFE 56h makes a flow the duration of its exceeding
  qwater: ['due_*', 'total_m3', 'volume_flow_m3h'],
  qwaterv2: ['volume_flow_m3h'],
  // year 127 is every year
  sontex868: ['set_date'],
};

const matches = (name: string, pattern: string) =>
  pattern.split('*').every((part, index) => (index === 0 ? name.startsWith(part) : name.includes(part)));

/** 0000h as a day: there is none. */
const NO_DAY = /^(?:2000-00-00|1999-11-30)/;

const asNumber = ({ value, unit }: DecodedMeasurement): readonly [number, string | undefined] => {
  const number = Number(value);
  const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };
  if (unit && unit in seconds) return [number * seconds[unit]!, 's'];
  if (unit === 'J') return [number / 3600, 'Wh'];
  if (unit === 'J/h') return [number / 3600, 'W'];
  if (unit === 'K') return [number, '°C'];
  return [number, unit];
};

const near = (one: number, other: number) => Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(other));

/** Whether a measurement says what a field of the expected decode does. */
function isSaid(name: string, expected: number, measurements: readonly DecodedMeasurement[]): boolean {
  const found = units.find(([ending]) => ending.test(name));
  const [unit, factor] = found ? [found[1], found[2]] : [undefined, 1];
  const times: Readonly<Record<string, number>> = { s: 1, h: 3600 };
  const isTime = unit !== undefined && unit in times;
  const wanted = expected * (isTime ? times[unit]! : factor);
  return measurements.some((measurement) => {
    const [number, ours] = asNumber(measurement);
    if (unit === undefined) return near(Number(measurement.value), expected);
    if (unit === 'a') return near(number, expected) || near(number / 86_400 / 365.2425, expected);
    return ours === (isTime ? 's' : unit) && near(number, wanted);
  });
}

function isDateSaid(expected: string, measurements: readonly DecodedMeasurement[]): boolean {
  return measurements.some(({ value }) => value.startsWith(expected));
}

const results = telegrams.map((telegram) => ({
  telegram,
  frames: telegram.telegram.split(','),
  decoded: decodeMbus(Buffer.from(telegram.telegram.replace(/[,_|]/g, ''), 'hex'), {
    key: telegram.key ? Buffer.from(telegram.key, 'hex') : undefined,
  }),
}));

(corpus ? describe : describe.skip)('telegrams of real meters (METERMESH_CORPUS)', () => {
  it('are there to compare with', () => {
    expect(telegrams.length).toBeGreaterThanOrEqual(123);
  });

  for (const { telegram, frames, decoded } of results) {
    const { driver, id, expected } = telegram;
    const reason = refused[driver];
    if (reason) {
      it(`${driver} ${id} is refused with ${reason}`, () => {
        expect(decoded).toMatchObject([{ code: reason, message: expect.stringMatching(/.{20}/) }]);
      });
      continue;
    }
    if (id === withoutKey.slice(-8)) {
      it(`${driver} ${id} needs its key, which is not there`, () => {
        expect(decoded).toMatchObject([
          { code: 'MBUS_KEY_MISSING', message: expect.stringContaining(withoutKey.slice(5)) },
        ]);
      });
      continue;
    }
    it(`${driver} ${id} says what it is known to say`, () => {
      expect(decoded).toHaveLength(frames.length);
      expect(decoded.filter(isDecodeError)).toEqual([]);
      const pushes = decoded as DecodedPush[];
      const { device, measurements } = pushes.at(-1)!;
      expect(device.serialNumber?.toLowerCase()).toBe(id);
      const excepted = notOfARecord[driver] ?? [];
      const missing = Object.entries(expected).filter(([name, value]) => {
        if (excepted.some((pattern) => matches(name, pattern))) return false;
        if (typeof value === 'number') return !isSaid(name, value, measurements);
        return (
          typeof value === 'string' &&
          /date|time/.test(name) &&
          /^\d{4}-\d\d-\d\d/.test(value) &&
          !NO_DAY.test(value) &&
          !isDateSaid(value, measurements)
        );
      });
      expect(missing).toEqual([]);
    });
  }
});
