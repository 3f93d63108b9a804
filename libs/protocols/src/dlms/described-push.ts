import { ByteReader } from '../byte-reader.ts';
import { attempt, isDecodeError } from '../decode-error.ts';
import { readData, type CosemData } from './axdr.ts';
import { numberOf } from './cosem-value.ts';
import type { ResolveLocalTime } from './date-time.ts';
import { readDescriptorList } from './descriptor-list.ts';
import type { CaptureObject } from './profile-generic.ts';
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
  const list = readDescriptorList(bytes, start + 2);
  if (!list || list.objects.length !== count || !isPushSetupList(list.objects[0]!)) return undefined;
  const reader = new ByteReader(bytes);
  reader.offset = start + 2 + list.octets.length;
  const objects: DescribedObject[] = [];
  for (let index = 1; index < count; index++) {
    const { classId, obis, attribute } = list.objects[index]!;
    const object: DescribedObject = {
      classId,
      obis,
      attribute,
      value: NOTHING,
      scaling: undefined,
      captured: undefined,
      columns: undefined,
    };
    if (!readValue(reader, object, objects, resolveLocalTime)) return undefined;
    objects.push(object);
  }
  return reader.remaining > 0 ? undefined : objects;
}

/** An object of one shape, whatever it will hold: the engine reads those fastest. */
interface DescribedObject extends CaptureObject {
  value: CosemData;
  scaling: PushObject['scaling'];
  captured: PushObject['captured'];
  columns: PushObject['columns'];
}

const STRUCTURE = 2;
const INTEGER = 15;
const ENUM = 22;
const REGISTER = 3;
const PROFILE_GENERIC = 7;
const NOTHING = { type: 'null-data' } as CosemData;

const isPushSetupList = ({ classId, attribute }: CaptureObject) => classId === 40 && attribute === 2;

/** Reads the value of `object`, which follows `objects`, and answers whether it is as expected. */
function readValue(
  reader: ByteReader,
  object: DescribedObject,
  objects: readonly DescribedObject[],
  resolveLocalTime: ResolveLocalTime | undefined,
): boolean {
  const { classId, obis, attribute } = object;
  if (classId === PROFILE_GENERIC && attribute === 3) {
    const list = readDescriptorList(reader.bytes, reader.offset);
    if (!list || ofProfile(objects, obis, 3)) return false;
    reader.advance(list.octets.length);
    object.captured = list;
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
  const captured = ofProfile(objects, obis, 3)?.captured;
  const period = ofProfile(objects, obis, 4)?.value;
  const capturePeriodSeconds = period && numberOf(period);
  if (!captured || captured.clockAt < 0 || typeof capturePeriodSeconds !== 'number') return undefined;
  const { objects: columns, clockAt } = captured;
  const layout = { columnCount: columns.length, clockAt, capturePeriodSeconds, resolveLocalTime };
  const buffer = readProfileOctets(reader.bytes, reader.offset, layout);
  if (buffer) reader.offset = buffer.end;
  return buffer?.rows;
}

function ofProfile(
  objects: readonly DescribedObject[],
  obis: string,
  attribute: number,
): DescribedObject | undefined {
  for (const object of objects) {
    if (object.classId === PROFILE_GENERIC && object.attribute === attribute && object.obis === obis)
      return object;
  }
  return undefined;
}
