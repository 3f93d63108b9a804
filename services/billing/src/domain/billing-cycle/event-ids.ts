const OCTETS = 16;
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isEventId = (id: string): boolean => form.test(id);

/** Identifiers of events (UUIDs) as 16 octets each: a bill names a hundred of them, and text is more than twice as long. */
export function packedEventIds(ids: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(ids.join('').replaceAll('-', ''), 'hex'));
}

/** The identifiers again, in canonical text. */
export function eventIds(packed: Uint8Array): string[] {
  const digits = Buffer.from(packed.buffer, packed.byteOffset, packed.length).toString('hex');
  return Array.from({ length: packed.length / OCTETS }, (_, index) =>
    digits
      .slice(index * OCTETS * 2, (index + 1) * OCTETS * 2)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  );
}
