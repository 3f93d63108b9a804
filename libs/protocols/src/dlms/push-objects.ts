import type { CosemData } from './axdr.ts';
import { obisOf, scalerUnitOf, type ScalerUnit } from './cosem-value.ts';
import type { DescriptorList } from './descriptor-list.ts';
import type { ProfileColumns } from './profile-columns.ts';
import type { CaptureObject } from './profile-generic.ts';

/** One attribute value of a push, with the name that the push gives it. */
export interface PushObject {
  readonly classId?: number;
  /** Absent where the meter sent a value without a name. */
  readonly obis?: string;
  readonly attribute?: number;
  /** How the meter calls it where it has no such names: `sn:2008`. */
  readonly code?: string;
  readonly value: CosemData;
  /** Of this value. */
  readonly scalerUnit?: ScalerUnit;
  /** Of a register's attribute 3, where `value` was read past already: the scaling of its attribute 2. */
  readonly scaling?: ScalerUnit;
  /** Of a profile's attribute 3, where `value` was read past already. */
  readonly captured?: DescriptorList;
  /** Of a profile's buffer, where `value` was read past already. */
  readonly columns?: ProfileColumns;
}

const PUSH_SETUP_CLASS = 40;

/**
 * Names the values of a push body. Meters differ; the shapes are:
 * - the values of a push setup (class 40, IEC 62056-6-2, 4.4.8), its push_object_list first or second, which names
 *   the values that follow by position;
 * - structures {code, value} or {code, value, scaler_unit}, or the same without the inner structures;
 * - structures {{class, code, attribute}, value};
 * and any of them nested. What none of them names is answered without a name.
 */
export function namePushObjects(body: CosemData): PushObject[] {
  const objects: PushObject[] = [];
  if (isList(body)) collect(body.value, objects);
  else objects.push({ value: body });
  return objects;
}

type List = Extract<CosemData, { type: 'array' | 'structure' | 'compact-array' }>;

const isList = (data: CosemData): data is List =>
  data.type === 'structure' || data.type === 'array' || data.type === 'compact-array';

function collect(elements: readonly CosemData[], objects: PushObject[]): void {
  if (collectByObjectList(elements, objects)) return;
  let at = 0;
  while (at < elements.length) at += collectAt(elements, at, objects);
}

/** Takes the object at `at`, and answers how many elements it was made of. */
function collectAt(elements: readonly CosemData[], at: number, objects: PushObject[]): number {
  const element = elements[at]!;
  const next = elements[at + 1];
  const obis = obisOf(element);
  if (obis && next) {
    const scalerUnit = scalerUnitOf(elements[at + 2]);
    objects.push({ obis, value: next, scalerUnit });
    return scalerUnit ? 3 : 2;
  }
  const descriptor = captureObjectOf(element);
  if (descriptor && next) {
    objects.push({ ...descriptor, value: next });
    return 2;
  }
  const flat = captureObjectOf({ type: 'structure', value: elements.slice(at, at + 3) });
  if (flat && elements[at + 3]) {
    objects.push({ ...flat, value: elements[at + 3]! });
    return 4;
  }
  if (isList(element)) collect(element.value, objects);
  else if (!isListHeader(element, next) && element.type !== 'null-data') objects.push({ value: element });
  return 1;
}

/** An enum before an array says which list it is; it measures nothing. */
const isListHeader = (element: CosemData, next: CosemData | undefined) =>
  element.type === 'enum' && next?.type === 'array';

function collectByObjectList(elements: readonly CosemData[], objects: PushObject[]): boolean {
  const listAt = elements.slice(0, 2).findIndex((element) => captureObjectsOf(element) !== undefined);
  if (listAt < 0) return false;
  const list = captureObjectsOf(elements[listAt]!)!;
  const namesItself = list[0]?.classId === PUSH_SETUP_CLASS && list[0].attribute === 2;
  const values = elements.slice(namesItself ? listAt : listAt + 1);
  if (list.length !== values.length) return false;
  list.forEach((object, index) => {
    if (!(namesItself && index === 0)) objects.push({ ...object, value: values[index]! });
  });
  return true;
}

/** A list of attributes: push_object_list of a push setup, or capture_objects of a profile. */
export function captureObjectsOf(data: CosemData): CaptureObject[] | undefined {
  if (!isList(data) || data.type === 'structure' || data.value.length === 0) return undefined;
  const objects: CaptureObject[] = [];
  for (const element of data.value) {
    const object = captureObjectOf(element);
    if (!object) return undefined;
    objects.push(object);
  }
  return objects;
}

/** {class, code, attribute} and, in lists, what follows it (data index, restriction). */
function captureObjectOf(data: CosemData): CaptureObject | undefined {
  if (data.type !== 'structure' || data.value.length < 3) return undefined;
  const [classId, name, attribute] = data.value;
  const obis = obisOf(name);
  return classId?.type === 'long-unsigned' && obis && attribute?.type === 'integer'
    ? { classId: classId.value, obis, attribute: attribute.value }
    : undefined;
}
