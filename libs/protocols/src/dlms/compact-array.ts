import { ByteReader } from '../byte-reader.ts';
import { checkDepth, readLength, readUntagged, spend, tags, type Budget, type CosemData } from './axdr.ts';

/**
 * Compact array (IEC 62056-5-3, `Data`, tag 19): the type of the elements is described once and their contents follow
 * without tags.
 */
type TypeDescription =
  | { readonly tag: number }
  | { readonly tag: typeof tags.array; readonly count: number; readonly element: TypeDescription }
  | { readonly tag: typeof tags.structure; readonly elements: readonly TypeDescription[] };

/** The elements of a compact array whose tag has been read. Fails with a DecodeError. */
export function readCompactArray(reader: ByteReader, depth: number, budget: Budget): CosemData[] {
  const description = readDescription(reader, depth, budget);
  const length = readLength(reader);
  const base = reader.position;
  const contents = new ByteReader(reader.take(length), base);
  const elements: CosemData[] = [];
  while (contents.remaining > 0) {
    const before = contents.offset;
    elements.push(readDescribed(contents, description, depth, budget));
    if (contents.offset === before) {
      contents.fail(
        'DLMS_COMPACT_ARRAY_INVALID',
        'Elements of no size cannot fill contents that have octets.',
      );
    }
  }
  return elements;
}

function readDescription(reader: ByteReader, depth: number, budget: Budget): TypeDescription {
  checkDepth(reader, depth);
  spend(reader, budget, 1);
  const tag = reader.u8();
  if (tag === tags.array) {
    const count = reader.u16();
    return { tag, count, element: readDescription(reader, depth + 1, budget) };
  }
  if (tag === tags.structure) {
    const count = readLength(reader);
    const elements: TypeDescription[] = [];
    for (let index = 0; index < count; index++) elements.push(readDescription(reader, depth + 1, budget));
    return { tag, elements };
  }
  if (tag === tags['compact-array']) {
    reader.fail(
      'DLMS_COMPACT_ARRAY_INVALID',
      'A compact array cannot hold compact arrays.',
      reader.offset - 1,
    );
  }
  return { tag };
}

function readDescribed(
  contents: ByteReader,
  type: TypeDescription,
  depth: number,
  budget: Budget,
): CosemData {
  if ('elements' in type) {
    spend(contents, budget, 1);
    return {
      type: 'structure',
      value: type.elements.map((element) => readDescribed(contents, element, depth + 1, budget)),
    };
  }
  if ('element' in type) {
    spend(contents, budget, type.count + 1);
    const value: CosemData[] = [];
    for (let index = 0; index < type.count; index++) {
      value.push(readDescribed(contents, type.element, depth + 1, budget));
    }
    return { type: 'array', value };
  }
  return readUntagged(contents, type.tag, depth, budget);
}
