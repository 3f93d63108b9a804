import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { readData, readLength, writeData, writeLength, writeOctets, type CosemData } from './axdr.ts';
import { parseDateTime, type CosemDateTime } from './date-time.ts';
import { readVariables } from './short-names.ts';

/** InformationReport (IEC 62056-5-3, tag 24): what a meter with short names sends unasked. */
export interface InformationReport {
  readonly time?: CosemDateTime;
  readonly variables: readonly { readonly name: number; readonly value: CosemData }[];
}

export const INFORMATION_REPORT = 0x18;

/** Errors: `DLMS_APDU_UNEXPECTED`, `DLMS_INFORMATION_REPORT_INVALID`, `DLMS_TRAILING_BYTES`, and those of A-XDR. */
export function decodeInformationReport(apdu: Uint8Array): InformationReport | DecodeError {
  return attempt(() => {
    const reader = new ByteReader(apdu);
    if (reader.u8() !== INFORMATION_REPORT) {
      reader.fail('DLMS_APDU_UNEXPECTED', 'This is no information report.', 0);
    }
    const time = reader.u8() === 0 ? undefined : timeOf(reader.take(readLength(reader)));
    const names = readVariables(reader).map((access) => ('name' in access ? access.name : 0));
    const count = readLength(reader);
    if (count !== names.length) {
      const message = `${count} values are reported of ${names.length} variables.`;
      reader.fail('DLMS_INFORMATION_REPORT_INVALID', message, reader.offset - 1);
    }
    const variables = names.map((name) => ({ name, value: readData(reader) }));
    if (reader.remaining > 0) {
      reader.fail('DLMS_TRAILING_BYTES', `${reader.remaining} octets follow the report: nothing may.`);
    }
    return { time, variables };
  });
}

/** @param time 12 octets, see `encodeDateTime` */
export function encodeInformationReport(
  variables: InformationReport['variables'],
  time?: Uint8Array,
): Uint8Array {
  const writer = new ByteWriter(128).u8(INFORMATION_REPORT);
  if (time) writeOctets(writer.u8(1), time);
  else writer.u8(0);
  writeLength(writer, variables.length);
  for (const { name } of variables) writer.u8(2).u16(name);
  writeLength(writer, variables.length);
  for (const { value } of variables) writeData(writer, value);
  return writer.finish();
}

/** GeneralizedTime as text (`20260701000000Z`), or the 12 octets of a COSEM date-time, which meters send as well. */
function timeOf(octets: Uint8Array): CosemDateTime | undefined {
  const text = Buffer.from(octets).toString('latin1');
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(?:(Z)|([+-])(\d\d)(\d\d)?)?$/.exec(text);
  if (!match) return parseDateTime(octets);
  const [, year, month, day, hour, minute, second, utc, sign, hours, minutes] = match;
  const ahead = sign ? (Number(hours) * 60 + Number(minutes ?? 0)) * (sign === '+' ? 1 : -1) : undefined;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    deviation: utc ? 0 : ahead === undefined ? undefined : -ahead,
    status: { invalid: false, doubtful: false, differentBase: false },
  };
}
