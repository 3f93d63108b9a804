import type { ByteReader } from '../byte-reader.ts';
import { MAX_ELEMENTS, readData, readLength, tags, type CosemData } from './axdr.ts';

/**
 * The push of Czech meters (EG.D/ČEZ "rozhraní RS485" and Sagemcom XT211): a structure of an enum and an array whose
 * elements are structures of a COSEM attribute descriptor and a value. The descriptor stands there as in a GET
 * request (IEC 62056-5-3, Cosem-Attribute-Descriptor), without the tags of COSEM data, so it is no valid data and is
 * tried only where plain data does not fit. The answer has the descriptor as a tagged structure.
 * `undefined` where this is no such list; fails with a DecodeError where it breaks off.
 */
export function readUntaggedDescriptorList(reader: ByteReader): CosemData | undefined {
  if (reader.peek() !== tags.structure || reader.peek(1) !== 2 || reader.peek(2) !== tags.enum)
    return undefined;
  reader.advance(2);
  const budget = { elements: MAX_ELEMENTS };
  const kind = readData(reader, 1, budget);
  if (reader.u8() !== tags.array) return undefined;
  const count = readLength(reader);
  const elements: CosemData[] = [];
  for (let index = 0; index < count; index++) {
    if (reader.u8() !== tags.structure || reader.u8() !== 2) return undefined;
    const descriptor = readDescriptor(reader);
    elements.push({ type: 'structure', value: [descriptor, readData(reader, 3, budget)] });
  }
  if (reader.remaining > 0) return undefined;
  return { type: 'structure', value: [kind, { type: 'array', value: elements }] };
}

function readDescriptor(reader: ByteReader): CosemData {
  return {
    type: 'structure',
    value: [
      { type: 'long-unsigned', value: reader.u16() },
      { type: 'octet-string', value: reader.take(6) },
      { type: 'integer', value: reader.i8() },
    ],
  };
}
