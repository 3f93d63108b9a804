/** Object identifiers of Postgres' built-in types (pg_type.dat). */
export const elementType = { bytea: 17, int4: 23, text: 25, uuid: 2950 } as const;

/**
 * A one-dimensional Postgres array in the binary wire form (array_recv): several times cheaper than the text form, in
 * which every byte of a bytea is written as hex digits and quoted.
 */
export function binaryArray(type: keyof typeof elementType, elements: readonly Uint8Array[]): Buffer {
  const header = 20;
  let size = header;
  for (const element of elements) size += 4 + element.length;
  const array = Buffer.allocUnsafe(size);
  array.writeInt32BE(1, 0); // dimensions
  array.writeInt32BE(0, 4); // no nulls
  array.writeInt32BE(elementType[type], 8);
  array.writeInt32BE(elements.length, 12);
  array.writeInt32BE(1, 16); // lower bound
  let at = header;
  for (const element of elements) {
    at = array.writeInt32BE(element.length, at);
    array.set(element, at);
    at += element.length;
  }
  return array;
}

export function textArray(elements: readonly string[]): Buffer {
  return binaryArray(
    'text',
    elements.map((text) => Buffer.from(text, 'utf8')),
  );
}

export function integerArray(elements: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(elements.length * 4);
  elements.forEach((element, index) => bytes.writeInt32BE(element, index * 4));
  return binaryArray(
    'int4',
    elements.map((_, index) => bytes.subarray(index * 4, index * 4 + 4)),
  );
}

export function uuidArray(elements: readonly string[]): Buffer {
  return binaryArray(
    'uuid',
    elements.map((uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex')),
  );
}
