import {
  UNNAMED,
  type DecodedDevice,
  type DecodedEvent,
  type DecodedLoadProfile,
  type DecodedMeasurement,
  type DecodeWarning,
} from '../measurement.ts';
import type { CosemData } from './axdr.ts';
import { dateTimeOf, isMissing, numberOf, scalerUnitOf, textOf, type ScalerUnit } from './cosem-value.ts';
import { isoInstant, toInstant, type CosemDateTime, type ResolveLocalTime } from './date-time.ts';
import { eventName, eventType, raisedAlarms } from './event-codes.ts';
import { CLOCK, LOGICAL_DEVICE_NAME, obisMeaning } from './obis.ts';
import {
  decodeProfile,
  nameColumns,
  type CaptureObject,
  type ProfileDescription,
} from './profile-generic.ts';
import { captureObjectsOf, namePushObjects, type PushObject } from './push-objects.ts';
import { unitSymbol } from './units.ts';

export interface PushBodyOptions {
  /** Where a meter's clock sends no deviation: the instant of its local time. Without it, local time is taken as UTC. */
  readonly resolveLocalTime?: ResolveLocalTime;
  /** What the variables of a meter with short names are, as its association object lists them. */
  readonly shortNames?: Readonly<Record<number, NamedVariable>>;
  /** Profiles that a push does not describe itself, by the code of the profile. */
  readonly profiles?: Readonly<Record<string, KnownProfile>>;
}

export interface NamedVariable extends CaptureObject {
  readonly scalerUnit?: ScalerUnit;
}

export interface KnownProfile {
  readonly captureObjects: readonly CaptureObject[];
  readonly capturePeriodSeconds: number;
  readonly scalerUnits?: Readonly<Record<string, ScalerUnit>>;
}

export interface PushBody {
  readonly device: DecodedDevice;
  /** What the clock object in the body said, where there is one. */
  readonly clock?: CosemDateTime;
  readonly measurements: DecodedMeasurement[];
  readonly loadProfiles: DecodedLoadProfile[];
  readonly events: DecodedEvent[];
  readonly warnings: DecodeWarning[];
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const CLASS = {
  data: 1,
  register: 3,
  extendedRegister: 4,
  demandRegister: 5,
  profileGeneric: 7,
  clock: 8,
} as const;

/** What the values of a push body mean (classes of IEC 62056-6-2, codes of IEC 62056-6-1). */
export function readPushBody(body: CosemData, options: PushBodyOptions = {}): PushBody {
  return readPushObjects(namePushObjects(body), options);
}

/** {@link readPushBody} of values that have their names already. */
export function readPushObjects(objects: readonly PushObject[], options: PushBodyOptions = {}): PushBody {
  const scalerUnits = collectScalerUnits(objects);
  const times = collectCaptureTimes(objects, options);
  const result: Writable<PushBody> = {
    device: {},
    clock: undefined,
    measurements: [],
    loadProfiles: [],
    events: [],
    warnings: [],
  };
  for (const object of objects) {
    if (isDescription(object)) continue;
    if (isProfileBuffer(object)) {
      addProfile(object, objects, scalerUnits, options, result);
      continue;
    }
    const time = dateTimeOf(object.value);
    if (time && (object.obis === CLOCK || object.obis === undefined)) result.clock ??= time;
    const scaling = object.scalerUnit ?? (object.obis ? scalerUnits.get(object.obis) : undefined);
    addValue(object, scaling, time, times, result);
  }
  result.device = deviceOf(result.measurements);
  return result;
}

/** Attributes that say how to read another one: scaler_unit, capture_objects, capture_period, capture_time. */
function isDescription({ classId, attribute, value }: PushObject): boolean {
  if (classId === CLASS.profileGeneric) return attribute !== 2;
  if (classId === CLASS.extendedRegister) return attribute === 3 || attribute === 5;
  if (classId === CLASS.demandRegister) return attribute === 4 || attribute === 6;
  return classId === CLASS.register ? attribute === 3 : scalerUnitOf(value) !== undefined;
}

function isProfileBuffer({ classId, attribute, value }: PushObject): boolean {
  if (classId !== undefined) return classId === CLASS.profileGeneric && attribute === 2;
  return value.type === 'array' && value.value[0]?.type === 'structure';
}

function collectScalerUnits(objects: readonly PushObject[]): Map<string, ScalerUnit> {
  const scalerUnits = new Map<string, ScalerUnit>();
  for (const { obis, value, scaling } of objects) {
    const scalerUnit = scaling ?? scalerUnitOf(value);
    if (obis && scalerUnit) scalerUnits.set(obis, scalerUnit);
  }
  return scalerUnits;
}

const NO_TIMES: ReadonlyMap<string, string> = new Map();

/** When an extended or demand register took its value (class 4 attribute 5, class 5 attribute 6). */
function collectCaptureTimes(
  objects: readonly PushObject[],
  options: PushBodyOptions,
): ReadonlyMap<string, string> {
  let times: Map<string, string> | undefined;
  for (const { classId, attribute, obis, value } of objects) {
    const isCaptureTime =
      (classId === CLASS.extendedRegister && attribute === 5) ||
      (classId === CLASS.demandRegister && attribute === 6);
    const time = isCaptureTime ? dateTimeOf(value) : undefined;
    const instant = time && toInstant(time, options.resolveLocalTime);
    if (obis && instant !== undefined) (times ??= new Map()).set(obis, isoInstant(instant));
  }
  return times ?? NO_TIMES;
}

function addValue(
  { obis = UNNAMED, attribute, code, value }: PushObject,
  scaling: ScalerUnit | undefined,
  clock: CosemDateTime | undefined,
  times: ReadonlyMap<string, string>,
  { measurements, events, warnings }: Omit<PushBody, 'device'>,
): void {
  if (isMissing(value)) {
    warnings.push({ code: 'VALUE_MISSING', message: `The meter has no value for ${obis}.` });
    return;
  }
  const raw = numberOf(value);
  const { quantity } = obisMeaning(obis);
  const event = loggedEvent({ obis, raw, value: '', time: times.get(obis) });
  if (event) events.push(event);
  const alarmRegister = ALARM_REGISTERS[obis];
  if (alarmRegister && typeof raw === 'number') {
    for (const { bit, name, type } of raisedAlarms(alarmRegister, raw)) {
      events.push({ obis, code: `bit ${bit}`, name, type, time: times.get(obis) });
    }
  }
  measurements.push({
    obis,
    code,
    quantity: obis === UNNAMED && clock ? 'clock' : quantity,
    // Attribute 1 of every class is the object's own name, which is no value beside the code.
    value: attribute === 1 ? '' : textOf(value, scaling?.scaler, clock),
    unit: scaling && unitSymbol(scaling.unitCode),
    time: times.get(obis),
    raw,
    scaler: scaling?.scaler,
    unitCode: scaling?.unitCode,
  });
}

/** Alarm registers 1 and 2 (and their descriptors, which tell what has changed). */
const ALARM_REGISTERS: Readonly<Record<string, 1 | 2>> = {
  '0.0.97.98.0.255': 1,
  '0.0.97.98.20.255': 1,
  '0.0.97.98.1.255': 2,
  '0.0.97.98.21.255': 2,
};

function addProfile(
  { obis = UNNAMED, value, columns }: PushObject,
  objects: readonly PushObject[],
  scalerUnits: ReadonlyMap<string, ScalerUnit>,
  { profiles, resolveLocalTime }: PushBodyOptions,
  { measurements, loadProfiles, events, warnings }: Omit<PushBody, 'device'>,
): void {
  const attribute = (wanted: number) =>
    objects.find(
      (other) => other.obis === obis && other.classId === CLASS.profileGeneric && other.attribute === wanted,
    );
  const known = profiles?.[obis];
  const own = attribute(3);
  const captureObjects =
    own?.captured?.objects ?? (own && captureObjectsOf(own.value)) ?? known?.captureObjects;
  if (!captureObjects) {
    warnings.push({
      code: 'PROFILE_NOT_DESCRIBED',
      message: `Profile ${obis} comes without capture_objects: add attribute 3 to the meter's push setup.`,
    });
    return;
  }
  const ownPeriod = attribute(4)?.value;
  const description: ProfileDescription = {
    captureObjects,
    capturePeriodSeconds: Number((ownPeriod && numberOf(ownPeriod)) ?? known?.capturePeriodSeconds ?? 0),
    scalerUnit: (channel) => scalerUnits.get(channel) ?? known?.scalerUnits?.[channel],
    resolveLocalTime,
  };
  const decoded = columns ? nameColumns(columns, description) : decodeProfile(value, description);
  for (const measurement of decoded.measurements) {
    // An event log is a profile, too: when, and what happened.
    const event = loggedEvent(measurement);
    if (event) events.push(event);
    else measurements.push(measurement);
  }
  for (const loadProfile of decoded.loadProfiles) loadProfiles.push(loadProfile);
  for (const warning of decoded.warnings) warnings.push(warning);
}

function loggedEvent({ obis, raw, time }: DecodedMeasurement): DecodedEvent | undefined {
  if (!obisMeaning(obis).isEventCode || typeof raw !== 'number') return undefined;
  return { obis, code: raw, name: eventName(raw), type: eventType(raw), time };
}

/** Device ids 1 to 10 (IEC 62056-6-1): the first is the serial number, another where that is absent. */
const DEVICE_IDS = Array.from({ length: 10 }, (_, number) => `0.0.96.1.${number}.255`);

function deviceOf(measurements: readonly DecodedMeasurement[]): DecodedDevice {
  const valueOf = (code: string) =>
    measurements.find(({ obis, value }) => obis === code && value !== '')?.value;
  const device: { logicalDeviceName?: string; serialNumber?: string } = {};
  const logicalDeviceName = valueOf(LOGICAL_DEVICE_NAME);
  if (logicalDeviceName) device.logicalDeviceName = logicalDeviceName;
  for (const id of DEVICE_IDS) {
    const serialNumber = valueOf(id);
    if (serialNumber) return { ...device, serialNumber };
  }
  return device;
}
