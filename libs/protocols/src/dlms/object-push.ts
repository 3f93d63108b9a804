import type { CosemData } from './axdr.ts';
import { encodeDataNotification, type LongInvokeId } from './data-notification.ts';
import { obisOctets, PUSH_SETUP } from './obis.ts';
import type { CaptureObject } from './profile-generic.ts';

/** An attribute of an object, and its value. */
export interface ObjectValue extends CaptureObject {
  readonly value: CosemData;
}

/** The values of a push setup (class 40, IEC 62056-6-2, 4.4.8) whose first object is its own push_object_list: it describes itself. */
export interface ObjectPush {
  readonly invokeId: LongInvokeId;
  /** The clock when sending, 12 octets. */
  readonly time?: Uint8Array;
  readonly objects: readonly ObjectValue[];
}

const PUSH_SETUP_LIST: CaptureObject = { classId: 40, obis: PUSH_SETUP, attribute: 2 };

export function encodeObjectPush({ invokeId, time, objects }: ObjectPush): Uint8Array {
  const list = [PUSH_SETUP_LIST, ...objects].map(objectDefinition);
  return encodeDataNotification({
    invokeId,
    time,
    body: {
      type: 'structure',
      value: [{ type: 'array', value: list }, ...objects.map(({ value }) => value)],
    },
  });
}

/** {class_id, logical_name, attribute_index, data_index} of push_object_list and of capture_objects. */
export function objectDefinition({ classId, obis, attribute }: CaptureObject): CosemData {
  return {
    type: 'structure',
    value: [
      { type: 'long-unsigned', value: classId },
      { type: 'octet-string', value: obisOctets(obis) },
      { type: 'integer', value: attribute },
      { type: 'long-unsigned', value: 0 },
    ],
  };
}

/** scaler_unit of the register classes. */
export const encodeScalerUnit = (scaler: number, unitCode: number): CosemData => ({
  type: 'structure',
  value: [
    { type: 'integer', value: scaler },
    { type: 'enum', value: unitCode },
  ],
});
