import { refuse, type Refusal } from '@metermesh/decider';
import {
  byRange,
  captureObjectsOf,
  CLOCK,
  dateTimeOf,
  DEVICE_ID,
  encodeObjectPush,
  isDecodeError,
  LOAD_PROFILE_1,
  LOGICAL_DEVICE_NAME,
  numberOf,
  readAttribute,
  textOf,
  type AttributeReference,
  type ClientAssociation,
  type Conversation,
  type CosemData,
  type CosemDateTime,
  type DecodeError,
  type ObjectValue,
  type SelectiveAccess,
} from '@metermesh/protocols';
import { offsetMinutes } from '../domain/local-time.ts';

export interface ReadoutRequest {
  readonly serialNumber: string;
  /** Intervals and events within [from, to), milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Codes of the registers that are wanted. */
  readonly registers: readonly string[];
  /** Where its clock runs, where that does not say how far it is from UTC. */
  readonly timeZone?: string;
  /** The association has proved already that it is the meter that it should be. */
  readonly isProven: boolean;
}

/** Interface classes of IEC 62056-6-2. */
const CLASS = { data: 1, register: 3, extendedRegister: 4, profileGeneric: 7, clock: 8 } as const;
export const clockTime: AttributeReference = { classId: CLASS.clock, obis: CLOCK, attribute: 2 };
/** Standard, fraud, disconnector, power quality and communication log (IDIS package 2, 6.5). */
const EVENT_LOGS = [0, 1, 2, 4, 5].map((log) => `0.0.99.98.${log}.255`);

/**
 * Reads what a meter has: its load profile and event logs of a time, its registers, and last its clock; all that it does
 * not have, or does not show, is left out. Answers a data-notification as if the meter had pushed it: one thing then to
 * decode, however it came.
 *
 * Refuses with ANOTHER_METER_ANSWERS; with the codec's codes where an answer cannot be read.
 */
export function* meterReadout(
  association: ClientAssociation,
  request: ReadoutRequest,
): Conversation<Uint8Array | Refusal | DecodeError> {
  const reader = new ObjectReader(association);
  const stranger = request.isProven ? undefined : yield* strangerAt(reader, request.serialNumber);
  if (stranger) return stranger;
  const shown = yield* reader.value(clockTime);
  const deviation = deviationOf(shown && dateTimeOf(shown), request.timeZone, request.from);
  yield* readLoadProfile(reader, request, deviation);
  for (const obis of EVENT_LOGS) yield* readEventLog(reader, obis, request, deviation);
  for (const obis of request.registers) yield* readRegister(reader, { classId: CLASS.register, obis });
  const now = yield* reader.value(clockTime);
  return (
    reader.failure ??
    encodeObjectPush({
      invokeId: { id: 0, confirmed: false, highPriority: false },
      time: now && dateTimeOf(now) && octetsOf(now),
      objects: reader.objects,
    })
  );
}

/** Collects attributes; after one that cannot be read at all nothing more is asked. */
class ObjectReader {
  readonly objects: ObjectValue[] = [];
  failure: DecodeError | undefined;
  private readonly association: ClientAssociation;

  constructor(association: ClientAssociation) {
    this.association = association;
  }

  /** The value alone; undefined where the meter does not show it. */
  *value(target: AttributeReference, access?: SelectiveAccess): Conversation<CosemData | undefined> {
    if (this.failure) return undefined;
    const value = yield* readAttribute(this.association, target, access);
    if (!isDecodeError(value)) return value;
    if (!isRefused(value)) this.failure = value;
    return undefined;
  }

  *keep(target: AttributeReference, access?: SelectiveAccess): Conversation<CosemData | undefined> {
    const value = yield* this.value(target, access);
    if (value) this.objects.push({ ...target, value });
    return value;
  }
}

const isRefused = ({ code }: DecodeError) =>
  code === 'DLMS_ACCESS_REFUSED' || code === 'DLMS_SERVICE_REFUSED';

/** Networks give addresses to other meters: a name that has nothing of the serial number is another's. */
function* strangerAt(reader: ObjectReader, serialNumber: string): Conversation<Refusal | undefined> {
  const names: string[] = [];
  for (const obis of [DEVICE_ID, LOGICAL_DEVICE_NAME]) {
    const value = yield* reader.value({ classId: CLASS.data, obis, attribute: 2 });
    const name = value && textOf(value).trim();
    if (name) names.push(name);
  }
  const isIts = (name: string) => name.includes(serialNumber) || serialNumber.includes(name);
  if (names.length === 0 || names.some(isIts)) return undefined;
  return refuse(
    'ANOTHER_METER_ANSWERS',
    `At the network address of meter ${serialNumber} answers ${names.join(', ')}: mend the address, or register the meter by that name.`,
  );
}

/** Minutes from the meter's local time to UTC. */
export function deviationOf(
  shown: CosemDateTime | undefined,
  timeZone: string | undefined,
  instant: number,
): number {
  return shown?.deviation ?? (timeZone ? -offsetMinutes(instant, timeZone) : 0);
}

function* readLoadProfile(
  reader: ObjectReader,
  { from, to }: ReadoutRequest,
  deviation: number,
): Conversation<void> {
  const attribute = (index: number) => ({
    classId: CLASS.profileGeneric,
    obis: LOAD_PROFILE_1,
    attribute: index,
  });
  const captured = yield* reader.keep(attribute(3));
  const period = yield* reader.keep(attribute(4));
  if (!captured || !period) return;
  for (const { classId, obis } of captureObjectsOf(captured) ?? []) {
    if (classId === CLASS.register || classId === CLASS.extendedRegister)
      yield* reader.keep({ classId, obis, attribute: 3 });
  }
  // A row is captured at the end of its interval.
  const firstCapture = from + Number(numberOf(period) ?? 0) * 1000;
  yield* reader.keep(attribute(2), byRange({ from: firstCapture, to }, deviation));
}

function* readEventLog(
  reader: ObjectReader,
  obis: string,
  { from, to }: ReadoutRequest,
  deviation: number,
): Conversation<void> {
  const captured = yield* reader.keep({ classId: CLASS.profileGeneric, obis, attribute: 3 });
  if (!captured) return;
  const access = byRange({ from, to }, deviation);
  yield* reader.keep({ classId: CLASS.profileGeneric, obis, attribute: 2 }, access);
}

function* readRegister(
  reader: ObjectReader,
  object: Pick<AttributeReference, 'classId' | 'obis'>,
): Conversation<void> {
  const value = yield* reader.keep({ ...object, attribute: 2 });
  if (value) yield* reader.keep({ ...object, attribute: 3 });
}

function octetsOf(value: CosemData): Uint8Array | undefined {
  return value.type === 'octet-string' || value.type === 'date-time' ? value.value : undefined;
}
