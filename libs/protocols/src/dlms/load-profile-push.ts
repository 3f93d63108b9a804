import type { CosemData } from './axdr.ts';
import { encodeDateTime } from './date-time.ts';
import { CLOCK, DEVICE_ID, LOAD_PROFILE_1, PROFILE_STATUS } from './obis.ts';
import { encodeObjectPush, encodeScalerUnit, objectDefinition, type ObjectValue } from './object-push.ts';
import type { CaptureObject } from './profile-generic.ts';

/**
 * A push that describes itself, as a standard push setup (class 40) can be configured to send it; README.md beside
 * this file has the list. Our simulated meters send it, and so can real ones.
 */
export interface LoadProfilePush {
  readonly serialNumber: string;
  /** Any number of 24 bits; the confirm carries it back. */
  readonly invokeId: number;
  /** Ask for a data-notification-confirm. */
  readonly confirmed?: boolean;
  /** When the meter sends, milliseconds since 1970. */
  readonly sentAt: number;
  /** Minutes from local time to UTC on the meter's clock: −540 in Korea. 0 unless given. */
  readonly deviation?: number;
  readonly intervalSeconds: number;
  /** Columns of the profile, in the order of `rows[].values`. */
  readonly channels: readonly PushedQuantity[];
  readonly rows: readonly PushedRow[];
  /** Registers as they stand at `sentAt`. */
  readonly registers?: readonly (PushedQuantity & { readonly value: number })[];
}

export interface PushedQuantity {
  readonly obis: string;
  /** value = integer × 10^scaler */
  readonly scaler: number;
  /** COSEM unit code, e.g. 30 for Wh. */
  readonly unitCode: number;
}

export interface PushedRow {
  /** Start of the interval, milliseconds since 1970; on the wire stands its end, when the meter captured it. */
  readonly start: number;
  /** Profile status octet (see README), 0 when all is well. */
  readonly status?: number;
  /** Integers before scaling, one a channel; `null` where the meter has none. */
  readonly values: readonly (number | null)[];
}

const CLASS = { data: 1, register: 3, profileGeneric: 7, clock: 8 } as const;

/** The data-notification APDU of a push; wrap or encrypt it as the network needs. */
export function encodeLoadProfilePush(push: LoadProfilePush): Uint8Array {
  const deviation = push.deviation ?? 0;
  const time = encodeDateTime(push.sentAt, deviation);
  const objects: ObjectValue[] = [
    { ...object(CLASS.data, DEVICE_ID, 2), value: octets(Buffer.from(push.serialNumber, 'latin1')) },
    { ...object(CLASS.clock, CLOCK, 2), value: octets(time) },
    { ...object(CLASS.profileGeneric, LOAD_PROFILE_1, 3), value: captureObjects(push) },
    {
      ...object(CLASS.profileGeneric, LOAD_PROFILE_1, 4),
      value: { type: 'double-long-unsigned', value: push.intervalSeconds },
    },
    ...push.channels.map(scalerUnitObject),
    { ...object(CLASS.profileGeneric, LOAD_PROFILE_1, 2), value: buffer(push, deviation) },
  ];
  for (const register of push.registers ?? []) {
    objects.push(
      { ...object(CLASS.register, register.obis, 2), value: register64(register.value) },
      scalerUnitObject(register),
    );
  }
  return encodeObjectPush({
    invokeId: { id: push.invokeId, confirmed: push.confirmed ?? true, highPriority: false },
    time,
    objects,
  });
}

const object = (classId: number, obis: string, attribute: number): CaptureObject => ({
  classId,
  obis,
  attribute,
});

const octets = (value: Uint8Array): CosemData => ({ type: 'octet-string', value });

function captureObjects({ channels }: LoadProfilePush): CosemData {
  const columns = [
    object(CLASS.clock, CLOCK, 2),
    object(CLASS.data, PROFILE_STATUS, 2),
    ...channels.map(({ obis }) => object(CLASS.register, obis, 2)),
  ];
  return { type: 'array', value: columns.map(objectDefinition) };
}

const scalerUnitObject = ({ obis, scaler, unitCode }: PushedQuantity): ObjectValue => ({
  ...object(CLASS.register, obis, 3),
  value: encodeScalerUnit(scaler, unitCode),
});

/** Rows that follow the one before at one period have `null-data` for their time, as meters send them. */
function buffer({ rows, intervalSeconds }: LoadProfilePush, deviation: number): CosemData {
  const period = intervalSeconds * 1000;
  return {
    type: 'array',
    value: rows.map((row, index) => {
      const follows = index > 0 && row.start === rows[index - 1]!.start + period;
      return {
        type: 'structure',
        value: [
          follows ? { type: 'null-data' } : octets(encodeDateTime(row.start + period, deviation)),
          { type: 'unsigned', value: row.status ?? 0 },
          ...row.values.map((value): CosemData =>
            value === null ? { type: 'dont-care' } : { type: 'double-long-unsigned', value },
          ),
        ],
      };
    }),
  };
}

function register64(value: number): CosemData {
  return value > 0xffff_ffff
    ? { type: 'long64-unsigned', value: BigInt(value) }
    : { type: 'double-long-unsigned', value };
}
