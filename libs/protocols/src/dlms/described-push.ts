import { ByteReader } from '../byte-reader.ts';
import { attempt, isDecodeError } from '../decode-error.ts';
import { readData, type CosemData } from './axdr.ts';
import { numberOf } from './cosem-value.ts';
import type { ResolveLocalTime } from './date-time.ts';
import { obisAt } from './obis.ts';
import { clockColumnOf, type CaptureObject } from './profile-generic.ts';
import { readProfileOctets } from './profile-octets.ts';
import type { PushObject } from './push-objects.ts';

/**
 * The fast way through a push that describes itself: a structure of push_object_list (class 40, attribute 2) and the
 * values that it names, profiles among them with their capture_objects and capture_period first. It answers what
 * `namePushObjects` would, with each buffer in columns already. For anything else the answer is `undefined`, and the
 * general way decides.
 */
export function readDescribedPush(
  bytes: Uint8Array,
  start: number,
  resolveLocalTime?: ResolveLocalTime,
): PushObject[] | undefined {
  const objects = attempt(() => readObjects(bytes, start, resolveLocalTime));
  return isDecodeError(objects) ? undefined : objects;
}

function readObjects(
  bytes: Uint8Array,
  start: number,
  resolveLocalTime: ResolveLocalTime | undefined,
): PushObject[] | undefined {
  const count = bytes[start + 1]!;
  if (bytes[start] !== STRUCTURE || count > 127) return undefined;
  const list = readDescriptors(bytes, start + 2);
  const objects = list?.objects;
  if (!objects || objects.length !== count || !isPushSetupList(objects[0]!)) return undefined;
  const reader = new ByteReader(bytes);
  reader.offset = list.end;
  for (let index = 1; index < count; index++) {
    if (!readValue(reader, objects[index]!, objects, resolveLocalTime)) return undefined;
  }
  if (reader.remaining > 0) return undefined;
  objects.shift(); // the list itself
  return objects;
}

/** An object of one shape, whatever it will hold: the engine reads those fastest. */
interface DescribedObject extends CaptureObject {
  value: CosemData;
  scaling: PushObject['scaling'];
  captureObjects: PushObject['captureObjects'];
  columns: PushObject['columns'];
}

const ARRAY = 1;
const STRUCTURE = 2;
const OCTET_STRING = 9;
const INTEGER = 15;
const LONG_UNSIGNED = 18;
const ENUM = 22;
/** structure of 4, long-unsigned, octet-string of 6, integer, long-unsigned */
const DESCRIPTOR_OCTETS = 2 + 3 + 8 + 2 + 3;
const REGISTER = 3;
const PROFILE_GENERIC = 7;
const NOTHING = { type: 'null-data' } as CosemData;

const isPushSetupList = ({ classId, attribute }: CaptureObject) => classId === 40 && attribute === 2;

function readDescriptors(
  bytes: Uint8Array,
  start: number,
): { objects: DescribedObject[]; end: number } | undefined {
  const count = bytes[start + 1]!;
  const end = start + 2 + count * DESCRIPTOR_OCTETS;
  if (bytes[start] !== ARRAY || count === 0 || count > 127 || end > bytes.length) return undefined;
  const objects: DescribedObject[] = [];
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
      value: NOTHING,
      scaling: undefined,
      captureObjects: undefined,
      columns: undefined,
    });
  }
  return { objects, end };
}

/** Reads the value of `object`, and answers whether it is as expected. */
function readValue(
  reader: ByteReader,
  object: DescribedObject,
  objects: readonly DescribedObject[],
  resolveLocalTime: ResolveLocalTime | undefined,
): boolean {
  const { classId, obis, attribute } = object;
  if (classId === PROFILE_GENERIC && attribute === 3) {
    const list = readDescriptors(reader.bytes, reader.offset);
    if (!list || ofProfile(objects, obis, 3) !== object) return false;
    reader.offset = list.end;
    object.captureObjects = list.objects;
    return true;
  }
  if (classId === PROFILE_GENERIC && attribute === 2) {
    object.columns = readBuffer(reader, obis, objects, resolveLocalTime);
    return object.columns !== undefined;
  }
  if (classId === REGISTER && attribute === 3) {
    object.scaling = readScalerUnit(reader);
    return object.scaling !== undefined;
  }
  object.value = readData(reader);
  return true;
}

/** A structure of integer and enum. */
function readScalerUnit(reader: ByteReader): PushObject['scaling'] {
  const { bytes } = reader;
  const at = reader.advance(6);
  const isScalerUnit =
    bytes[at] === STRUCTURE && bytes[at + 1] === 2 && bytes[at + 2] === INTEGER && bytes[at + 4] === ENUM;
  return isScalerUnit ? { scaler: (bytes[at + 3]! << 24) >> 24, unitCode: bytes[at + 5]! } : undefined;
}

function readBuffer(
  reader: ByteReader,
  obis: string,
  objects: readonly DescribedObject[],
  resolveLocalTime: ResolveLocalTime | undefined,
): PushObject['columns'] {
  const captured = ofProfile(objects, obis, 3)?.captureObjects;
  const period = ofProfile(objects, obis, 4)?.value;
  const capturePeriodSeconds = period && numberOf(period);
  if (!captured || typeof capturePeriodSeconds !== 'number') return undefined;
  const clockAt = clockColumnOf(captured);
  if (clockAt < 0) return undefined;
  const layout = { columnCount: captured.length, clockAt, capturePeriodSeconds, resolveLocalTime };
  const buffer = readProfileOctets(reader.bytes, reader.offset, layout);
  if (buffer) reader.offset = buffer.end;
  return buffer?.rows;
}

const ofProfile = (objects: readonly DescribedObject[], obis: string, attribute: number) =>
  objects.find(
    (object) => object.classId === PROFILE_GENERIC && object.attribute === attribute && object.obis === obis,
  );
