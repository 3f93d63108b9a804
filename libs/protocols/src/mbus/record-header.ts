import { quantityName } from '../dlms/obis.ts';
import { fail } from '../decode-error.ts';
import { toHex } from '../hex.ts';
import { UNNAMED, type DecodedMeasurement } from '../measurement.ts';
import { applyCombinable, applyCombinableExtension, unmodified, type Modification } from './combinable.ts';
import { obisOf, type RecordPlace } from './obis.ts';
import { primaryTable, tableFB, tableFD, tableFDFD, type ValueInformation } from './value-information.ts';

/** All that the header of a record (DIF, DIFEs, VIF, VIFEs) says, ready for any number of values. */
export interface RecordHeader extends RecordPlace {
  /** Octets of the header itself. */
  readonly length: number;
  /** Lower four bits of the DIF: how the data are coded. */
  readonly dataField: number;
  readonly value: Modification;
  readonly obis: string;
  /** `vif:` and the octets of the value information; absent where `obis` says it all. */
  readonly code: string | undefined;
  readonly quantity: string;
  /** The date that was last read with this header. */
  lastDate: DecodedMeasurement | undefined;
}

const MAX_EXTENSIONS = 10;
const EXTENSION = 0x80;
const PLAIN_TEXT = 0x7c;
const MANUFACTURER = 0x7f;
const EXTREMES = [undefined, 'maximum', 'minimum', 'during-error'] as const;

/** Headers repeat from frame to frame: they are read once. Per medium, by their octets behind a leading 1. */
const known = new Map<number, RecordHeader>();
const KNOWN_LIMIT = 4096;
const KEY_OCTETS = 5;

/**
 * The header that begins at `at`. Errors: `FRAME_TRUNCATED`, `MBUS_RECORD_INVALID` (more than ten extensions, a data
 * field that no response has).
 * @param medium value group A of the OBIS codes
 */
export function readHeader(bytes: Uint8Array, at: number, end: number, medium: number): RecordHeader {
  let cursor = at;
  let key = 16 + medium;
  let octet: number;
  do {
    if (cursor >= end) truncated(cursor);
    octet = bytes[cursor++]!;
    key = key * 256 + octet;
  } while (octet & EXTENSION);
  const vifAt = cursor;
  if (cursor >= end) truncated(cursor);
  octet = bytes[cursor++]!;
  key = key * 256 + octet;
  if ((octet & 0x7f) !== PLAIN_TEXT) {
    while (octet & EXTENSION && cursor - at <= KEY_OCTETS) {
      if (cursor >= end) truncated(cursor);
      octet = bytes[cursor++]!;
      key = key * 256 + octet;
    }
    if (cursor - at <= KEY_OCTETS) {
      const found = known.get(key);
      if (found) return found;
      const header = parseHeader(bytes, at, vifAt, end, medium);
      if (known.size >= KNOWN_LIMIT) known.clear();
      known.set(key, header);
      return header;
    }
  }
  return parseHeader(bytes, at, vifAt, end, medium);
}

function truncated(at: number): never {
  fail('FRAME_TRUNCATED', 'The header of a record is cut off.', at);
}

function parseHeader(
  bytes: Uint8Array,
  at: number,
  vifAt: number,
  end: number,
  medium: number,
): RecordHeader {
  if (vifAt - at - 1 > MAX_EXTENSIONS) {
    fail('MBUS_RECORD_INVALID', `A record has more than ${MAX_EXTENSIONS} DIFEs.`, at);
  }
  const place = readPlace(bytes, at, vifAt);
  const { value, cursor } = readValueInformation(bytes, vifAt, end);
  const obis = obisOf(medium, value, place);
  return {
    ...place,
    length: cursor - at,
    dataField: bytes[at]! & 0x0f,
    value,
    obis,
    code: obis === UNNAMED ? `vif:${toHex(bytes.subarray(vifAt, cursor))}` : undefined,
    quantity: (obis !== UNNAMED && quantityName(obis)) || describe(value),
    lastDate: undefined,
  };
}

function describe(value: Modification): string {
  const direction = value.direction ? ` ${value.direction}` : '';
  const phase = value.phase ? ` L${value.phase}` : '';
  const quadrant = value.quadrant ? ` Q${value.quadrant}` : '';
  const condition = value.condition ? ` at ${value.condition} conditions` : '';
  return `${value.quantity}${direction}${condition}${quadrant}${phase}`;
}

/** DIF and DIFEs (EN 13757-3, 6.3): least significant bits come first. */
function readPlace(bytes: Uint8Array, at: number, vifAt: number): RecordPlace {
  const dif = bytes[at]!;
  let storage = (dif >> 6) & 1;
  let tariff = 0;
  let subunit = 0;
  for (let index = 0; at + 1 + index < vifAt; index++) {
    const dife = bytes[at + 1 + index]!;
    storage += (dife & 0x0f) * 2 ** (1 + 4 * index);
    tariff += ((dife >> 4) & 0x03) * 4 ** index;
    subunit += ((dife >> 6) & 0x01) * 2 ** index;
  }
  return { storage, tariff, subunit, extreme: EXTREMES[(dif >> 4) & 0x03] };
}

/** VIF and VIFEs (EN 13757-3, 6.4). */
function readValueInformation(
  bytes: Uint8Array,
  vifAt: number,
  end: number,
): { value: Modification; cursor: number } {
  let cursor = vifAt;
  const next = (): number => {
    if (cursor >= end) truncated(cursor);
    if (cursor - vifAt > MAX_EXTENSIONS + 2) {
      fail('MBUS_RECORD_INVALID', `A record has more than ${MAX_EXTENSIONS} VIFEs.`, vifAt);
    }
    return bytes[cursor++]!;
  };
  const vif = next();
  let octet = vif;
  let information: ValueInformation | undefined;
  if (vif === 0xfb) information = tableFB[(octet = next()) & 0x7f];
  else if (vif === 0xfd) {
    octet = next();
    information = octet === 0xfd ? tableFDFD[(octet = next()) & 0x7f] : tableFD[octet & 0x7f];
  } else if ((vif & 0x7f) === PLAIN_TEXT) {
    const length = next();
    if (cursor + length > end) truncated(cursor);
    const text = plainText(bytes, cursor, cursor + length);
    cursor += length;
    information = { quantity: text, unit: text, scaler: 0, kind: 'number' };
    return { value: withExtensions(unmodified(information), vif, cursor), cursor };
  } else if ((vif & 0x7f) === MANUFACTURER) {
    while (octet & EXTENSION) octet = next();
    const value = unmodified({ quantity: 'manufacturer value', scaler: 0, kind: 'number' });
    value.altered = true;
    return { value, cursor };
  } else information = primaryTable[octet & 0x7f];
  const value = unmodified(information ?? { quantity: 'unknown', scaler: 0, kind: 'number' });
  value.altered = information === undefined;
  return { value: withExtensions(value, octet, cursor), cursor };

  function withExtensions(value: Modification, last: number, from: number): Modification {
    cursor = from;
    while (last & EXTENSION) {
      last = next();
      const code = last & 0x7f;
      if (code === 0x7c) applyCombinableExtension(value, (last = next()) & 0x7f);
      else if (code === MANUFACTURER) {
        value.altered = true;
        while (last & EXTENSION) last = next();
      } else applyCombinable(value, code);
    }
    return value;
  }
}

/** Characters are sent last first. */
export function plainText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = end - 1; at >= start; at--) text += String.fromCharCode(bytes[at]!);
  return text;
}
