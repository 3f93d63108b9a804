import { ByteWriter } from '../byte-writer.ts';

/** Value information (VIF and VIFEs) of what common meters send. */
export const vib = {
  /** Wh */
  energyWh: [0x03],
  /** kWh */
  energyKWh: [0x06],
  /** Wh, delivered to the grid */
  energyExportWh: [0x83, 0x3c],
  /** MJ */
  energyMJ: [0x0e],
  /** W */
  powerW: [0x2b],
  /** L, 0.001 m³ */
  volumeL: [0x13],
  /** 0.01 m³ */
  volume10L: [0x14],
  /** L, gas at base conditions */
  baseVolumeL: [0x93, 0x3e],
  /** L/h */
  flowLh: [0x3b],
  /** 0.01 °C */
  flowTemperature: [0x59],
  /** 0.01 °C */
  returnTemperature: [0x5d],
  /** 0.01 °C */
  temperature: [0x65],
  /** 0.1 % */
  humidity: [0xfb, 0x1a],
  /** 0.1 V */
  voltage: [0xfd, 0x48],
  /** 0.001 A */
  current: [0xfd, 0x59],
  heatCostUnits: [0x6e],
  date: [0x6c],
  dateTime: [0x6d],
  errorFlags: [0xfd, 0x17],
  fabricationNumber: [0x78],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type RecordData =
  | { readonly field: keyof typeof integerFields; readonly value: number | bigint }
  | { readonly field: keyof typeof bcdFields; readonly value: number }
  | { readonly field: 'real'; readonly value: number }
  | { readonly field: 'text'; readonly value: string }
  /** Milliseconds since 1970 of what the meter's clock shows, as if it were UTC: types G, F and I. */
  | { readonly field: 'date' | 'minutes' | 'seconds'; readonly value: number }
  /** The octets behind a variable length of binary data, e.g. of a profile. */
  | { readonly field: 'octets'; readonly value: Uint8Array };

export interface RecordToSend {
  /** VIF and VIFEs, e.g. one of {@link vib}. */
  readonly vib: readonly number[];
  readonly data: RecordData;
  readonly storage?: number;
  readonly tariff?: number;
  readonly subunit?: number;
  readonly extreme?: 'minimum' | 'maximum' | 'during-error';
}

/** Data field and octets (EN 13757-3, 6.3.3, table 4). */
const integerFields = {
  int8: [0x01, 1],
  int16: [0x02, 2],
  int24: [0x03, 3],
  int32: [0x04, 4],
  int48: [0x06, 6],
  int64: [0x07, 8],
} as const;
const bcdFields = {
  bcd2: [0x09, 1],
  bcd4: [0x0a, 2],
  bcd6: [0x0b, 3],
  bcd8: [0x0c, 4],
  bcd12: [0x0e, 6],
} as const;
const otherFields = {
  real: 0x05,
  text: 0x0d,
  octets: 0x0d,
  date: 0x02,
  minutes: 0x04,
  seconds: 0x06,
} as const;
const EXTREMES = { none: 0, maximum: 1, minimum: 2, 'during-error': 3 } as const;
const LARGEST_TEXT = 0xbf;

/** The records one after the other (EN 13757-3, 6). Throws a RangeError for values that their field cannot hold. */
export function encodeRecords(records: readonly RecordToSend[]): Uint8Array {
  const writer = new ByteWriter();
  for (const record of records) {
    writeDataInformation(writer, record);
    for (const octet of record.vib) writer.u8(octet);
    writeData(writer, record.data);
  }
  return writer.finish();
}

function fieldOf({ field }: RecordData): number {
  if (field in integerFields) return integerFields[field as keyof typeof integerFields][0];
  if (field in bcdFields) return bcdFields[field as keyof typeof bcdFields][0];
  return otherFields[field as keyof typeof otherFields];
}

/** DIF and as many DIFEs as storage, tariff and subunit need. */
function writeDataInformation(writer: ByteWriter, record: RecordToSend): void {
  const { storage = 0, tariff = 0, subunit = 0, extreme } = record;
  let [restStorage, restTariff, restSubunit] = [Math.floor(storage / 2), tariff, subunit];
  const hasMore = () => restStorage > 0 || restTariff > 0 || restSubunit > 0;
  const dif = fieldOf(record.data) | (EXTREMES[extreme ?? 'none'] << 4) | ((storage & 1) << 6);
  writer.u8(dif | (hasMore() ? 0x80 : 0));
  while (hasMore()) {
    const dife = (restStorage & 0x0f) | ((restTariff & 0x03) << 4) | ((restSubunit & 1) << 6);
    restStorage = Math.floor(restStorage / 16);
    restTariff >>= 2;
    restSubunit >>= 1;
    writer.u8(dife | (hasMore() ? 0x80 : 0));
  }
}

function writeData(writer: ByteWriter, data: RecordData): void {
  switch (data.field) {
    case 'real': {
      const view = new DataView(new ArrayBuffer(4));
      view.setFloat32(0, data.value, true);
      writer.bytes(new Uint8Array(view.buffer));
      return;
    }
    case 'text':
      if (data.value.length > LARGEST_TEXT)
        throw new RangeError(`A text has at most ${LARGEST_TEXT} characters.`);
      writer.u8(data.value.length).bytes(Buffer.from(data.value, 'latin1').reverse());
      return;
    case 'octets':
      writer.u8(variableLength(data.value.length)).bytes(data.value);
      return;
    case 'date':
    case 'minutes':
    case 'seconds':
      writer.bytes(meterTimeOctets(data.field, data.value));
      return;
    case 'bcd2':
    case 'bcd4':
    case 'bcd6':
    case 'bcd8':
    case 'bcd12':
      writer.bytes(bcdOctets(data.value, bcdFields[data.field][1]));
      return;
    default:
      writer.bytes(integerOctets(data.value, integerFields[data.field][1]));
  }
}

/** LVAR of a number of octets: as text where it is short enough for that, as meters send profiles. */
function variableLength(octets: number): number {
  if (octets <= LARGEST_TEXT) return octets;
  throw new RangeError(`A record holds at most ${LARGEST_TEXT} octets: send the rest in another.`);
}

/** Two's complement, least significant octet first. */
export function integerOctets(value: number | bigint, octets: number): Uint8Array {
  const wide = BigInt(value);
  if (BigInt.asIntN(octets * 8, wide) !== wide) {
    throw new RangeError(`${value} does not fit ${octets} octets.`);
  }
  return littleEndian(BigInt.asUintN(octets * 8, wide), octets);
}

export function littleEndian(value: bigint, octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

/** Digits, two an octet, least significant octet first; F as the highest digit is a minus. */
export function bcdOctets(value: number, octets: number): Uint8Array {
  const digits = Math.abs(value)
    .toString()
    .padStart(octets * 2, '0');
  const isTooLong = digits.length > octets * 2 || (value < 0 && !digits.startsWith('0'));
  if (!Number.isSafeInteger(value) || isTooLong) {
    throw new RangeError(`${value} does not fit ${octets * 2} digits.`);
  }
  const signed = value < 0 ? `F${digits.slice(1)}` : digits;
  return new Uint8Array(Buffer.from(signed, 'hex').reverse());
}

/** Types G (date), F (to the minute) and I (to the second) of EN 13757-3, Annex A, for the years 2000 to 2080. */
export function meterTimeOctets(field: 'date' | 'minutes' | 'seconds', epochMs: number): Uint8Array {
  const time = new Date(epochMs);
  const year = time.getUTCFullYear() - 2000;
  if (!(year >= 0 && year <= 80))
    throw new RangeError(`${time.getUTCFullYear()} is not within 2000 and 2080.`);
  const day = time.getUTCDate() | ((year & 0x07) << 5);
  const month = (time.getUTCMonth() + 1) | ((year & 0x78) << 1);
  const [hour, minute] = [time.getUTCHours(), time.getUTCMinutes()];
  if (field === 'date') return Uint8Array.of(day, month);
  if (field === 'minutes') return Uint8Array.of(minute, hour, day, month);
  const weekday = time.getUTCDay() || 7;
  return Uint8Array.of(time.getUTCSeconds(), minute, hour | (weekday << 5), day, month, 0);
}
