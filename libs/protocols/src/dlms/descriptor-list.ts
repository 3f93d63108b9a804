import { obisAt } from './obis.ts';
import { clockColumnOf, type CaptureObject } from './profile-generic.ts';

/** push_object_list or capture_objects, read from their octets. */
export interface DescriptorList {
  readonly octets: Uint8Array;
  readonly objects: readonly CaptureObject[];
  /** Which of them tells the time of a row; -1 where none does. */
  readonly clockAt: number;
}

const ARRAY = 1;
const STRUCTURE = 2;
const OCTET_STRING = 9;
const INTEGER = 15;
const LONG_UNSIGNED = 18;
/** structure of 4, long-unsigned, octet-string of 6, integer, long-unsigned */
const DESCRIPTOR_OCTETS = 2 + 3 + 8 + 2 + 3;

/** A fleet sends the same few lists again and again: each is kept at a place that its octets choose, until another wants it. */
const PLACES = 256;
const remembered = new Array<DescriptorList | undefined>(PLACES).fill(undefined);

/** The array of object definitions that begins at `start`; `undefined` for any other shape. */
export function readDescriptorList(bytes: Uint8Array, start: number): DescriptorList | undefined {
  const count = bytes[start + 1]!;
  const end = start + 2 + count * DESCRIPTOR_OCTETS;
  if (bytes[start] !== ARRAY || count === 0 || count > 127 || end > bytes.length) return undefined;
  const place = placeOf(bytes, start, end);
  const known = remembered[place];
  if (known && isAt(bytes, start, known.octets)) return known;
  const list = parse(bytes, start, end);
  if (list) remembered[place] = list;
  return list;
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start + 2; at < end; at += DESCRIPTOR_OCTETS) {
    hash = Math.imul(hash, 31) + ((bytes[at + 9]! << 8) | bytes[at + 10]!) + bytes[at + 14]!;
  }
  return (hash ^ (hash >>> 8)) & (PLACES - 1);
}

function isAt(bytes: Uint8Array, start: number, octets: Uint8Array): boolean {
  if (octets.length > bytes.length - start) return false;
  for (let at = 0; at < octets.length; at++) if (bytes[start + at] !== octets[at]) return false;
  return true;
}

function parse(bytes: Uint8Array, start: number, end: number): DescriptorList | undefined {
  const objects: CaptureObject[] = [];
  for (let at = start + 2; at < end; at += DESCRIPTOR_OCTETS) {
    const isDescriptor =
      bytes[at] === STRUCTURE &&
      bytes[at + 1] === 4 &&
      bytes[at + 2] === LONG_UNSIGNED &&
      bytes[at + 5] === OCTET_STRING &&
      bytes[at + 6] === 6 &&
      bytes[at + 7]! < 16 &&
      bytes[at + 13] === INTEGER &&
      bytes[at + 15] === LONG_UNSIGNED;
    if (!isDescriptor) return undefined;
    objects.push({
      classId: (bytes[at + 3]! << 8) | bytes[at + 4]!,
      obis: obisAt(bytes, at + 7),
      attribute: (bytes[at + 14]! << 24) >> 24,
    });
  }
  return { octets: Uint8Array.from(bytes.subarray(start, end)), objects, clockAt: clockColumnOf(objects) };
}
