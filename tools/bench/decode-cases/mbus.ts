import {
  encodeRecords,
  encodeWired,
  encodeWireless,
  profileRecords,
  vib,
  type MessageToSend,
  type RecordToSend,
} from '@metermesh/protocols';
import type { DecodeCase } from './decode-case.ts';

const key = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');
const now = Date.parse('2026-07-01T00:30:00Z');
const water = { manufacturer: 'MTM', identification: '12345678', version: 1, deviceType: 0x07 };
const heat = { manufacturer: 'MTM', identification: '87654321', version: 1, deviceType: 0x04 };
const iso = (epochMs: number) => new Date(epochMs).toISOString();

/** What a register reading looks like in JSON. */
interface Row {
  readonly obis: string;
  readonly value: string;
  readonly unit: string;
  readonly time?: string;
}

const jsonOf = (serialNumber: string, measurements: readonly Row[]) =>
  JSON.stringify({ serialNumber, time: iso(now), measurements });

/** A water meter's register, and what it was at the ends of fifteen months. */
function monthlyWater(): { records: RecordToSend[]; rows: Row[] } {
  const records: RecordToSend[] = [
    { vib: vib.dateTime, data: { field: 'minutes', value: now } },
    { vib: vib.volumeL, data: { field: 'int32', value: 123_456 } },
  ];
  const rows: Row[] = [{ obis: '8.0.1.0.0.255', value: '123.456', unit: 'm3' }];
  for (let storage = 1; storage <= 15; storage++) {
    const value = 123_456 - storage * 7_301;
    const date = Date.UTC(2026, 6 - storage, 0);
    records.push(
      { vib: vib.volumeL, storage, data: { field: 'int32', value } },
      { vib: vib.date, storage, data: { field: 'date', value: date } },
    );
    rows.push({
      obis: `8.0.1.0.0.${storage}`,
      value: (value / 1000).toFixed(3),
      unit: 'm3',
      time: iso(date),
    });
  }
  return { records, rows };
}

/** What a heat meter measures now. */
function heatNow(): { records: RecordToSend[]; rows: Row[] } {
  const measured = [
    [vib.energyKWh, 34_217, '6.0.1.0.0.255', '34217000', 'Wh'],
    [vib.volumeL, 912_345, '6.0.2.0.0.255', '912.345', 'm3'],
    [vib.powerW, 12_700, '6.0.8.0.0.255', '12700', 'W'],
    [vib.flowLh, 345, '6.0.9.0.0.255', '0.345', 'm3/h'],
    [vib.flowTemperature, 7_421, '6.0.10.0.0.255', '74.21', '°C'],
    [vib.returnTemperature, 4_208, '6.0.11.0.0.255', '42.08', '°C'],
  ] as const;
  return {
    records: [
      { vib: vib.dateTime, data: { field: 'minutes', value: now } },
      ...measured.map(([quantity, value]): RecordToSend => ({
        vib: quantity,
        data: { field: 'bcd8', value },
      })),
    ],
    rows: measured.map(([, , obis, value, unit]) => ({ obis, value, unit })),
  };
}

/** A day of a water meter, hour by hour. */
function dailyWater(): { records: RecordToSend[]; rows: Row[] } {
  let register = 120_000;
  const values = Array.from({ length: 24 }, (_, hour) => (register += (hour * 37) % 90));
  const baseTime = Date.UTC(2026, 5, 30);
  return {
    records: [
      { vib: vib.dateTime, data: { field: 'minutes', value: now } },
      ...profileRecords({
        vib: vib.volumeL,
        storage: 8,
        baseTime,
        base: 120_000,
        intervalSeconds: 3600,
        values,
      }),
    ],
    rows: values.map((value, hour) => ({
      obis: '8.0.1.0.0.255',
      value: (value / 1000).toFixed(3),
      unit: 'm3',
      time: iso(baseTime + hour * 3_600_000),
    })),
  };
}

function message(address: MessageToSend['address'], records: readonly RecordToSend[]): MessageToSend {
  return { address, accessNumber: 42, records: encodeRecords(records) };
}

const monthly = monthlyWater();
const instant = heatNow();
const daily = dailyWater();
const sealed = encodeWireless({ ...message(water, monthly.records), security: { mode: 5, key } }, 'A');
const encrypted = Math.ceil((encodeRecords(monthly.records).length + 2) / 16) * 16;

const cases: readonly DecodeCase[] = [
  {
    protocol: 'mbus',
    label: 'wired heat meter, 6 registers',
    frame: encodeWired(message(heat, instant.records)),
    readings: instant.rows.length,
    json: jsonOf(heat.identification, instant.rows),
  },
  {
    protocol: 'mbus',
    label: 'wireless water meter, 15 months',
    frame: encodeWireless(message(water, monthly.records), 'A'),
    readings: monthly.rows.length,
    json: jsonOf(water.identification, monthly.rows),
  },
  {
    protocol: 'mbus',
    label: 'wireless water meter, 15 months, encrypted (mode 5)',
    frame: sealed,
    options: { encryptionKey: key },
    readings: monthly.rows.length,
    json: jsonOf(water.identification, monthly.rows),
    cipher: { algorithm: 'aes-128-cbc', octets: encrypted },
  },
  {
    protocol: 'mbus',
    label: 'wireless water meter, 24 hours in a profile',
    frame: encodeWireless(message(water, daily.records), 'B'),
    readings: daily.rows.length,
    json: jsonOf(water.identification, daily.rows),
  },
];

export default cases;
