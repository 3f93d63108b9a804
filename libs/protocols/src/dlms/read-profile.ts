import { isDecodeError, type DecodeError } from '../decode-error.ts';
import type { CosemData } from './axdr.ts';
import type { ClientAssociation } from './client-association.ts';
import { readAttribute } from './client-services.ts';
import type { Conversation } from './conversation.ts';
import { numberOf, scalerUnitOf, type ScalerUnit } from './cosem-value.ts';
import type { ResolveLocalTime } from './date-time.ts';
import { LOAD_PROFILE_1 } from './obis.ts';
import { decodeProfile, type CaptureObject, type DecodedProfile } from './profile-generic.ts';
import type { KnownProfile } from './push-body.ts';
import { captureObjectsOf } from './push-objects.ts';
import type { SelectiveAccess } from './service-request.ts';

const PROFILE_GENERIC = 7;
const REGISTER = 3;
const EXTENDED_REGISTER = 4;
const DEMAND_REGISTER = 5;
/** Of the classes that scale their values (IEC 62056-6-2, 4.3.2 to 4.3.4). */
const scalerUnitAttribute: Readonly<Record<number, number>> = {
  [REGISTER]: 3,
  [EXTENDED_REGISTER]: 3,
  [DEMAND_REGISTER]: 4,
};

/** What the columns of a profile are: asked once a meter, for it seldom changes. */
export function* readProfileDescription(
  association: ClientAssociation,
  obis = LOAD_PROFILE_1,
): Conversation<KnownProfile | DecodeError> {
  const captured = yield* readAttribute(association, { classId: PROFILE_GENERIC, obis, attribute: 3 });
  if (isDecodeError(captured)) return captured;
  const period = yield* readAttribute(association, { classId: PROFILE_GENERIC, obis, attribute: 4 });
  if (isDecodeError(period)) return period;
  const captureObjects = captureObjectsOf(captured) ?? [];
  const scalerUnits: Record<string, ScalerUnit> = {};
  for (const object of captureObjects) {
    const scaling = yield* readScalerUnit(association, object);
    if (scaling) scalerUnits[object.obis] = scaling;
  }
  return { captureObjects, capturePeriodSeconds: Number(numberOf(period) ?? 0), scalerUnits };
}

/** A column without a scaler_unit is one of numbers, so a refusal is no failure. */
function* readScalerUnit(
  association: ClientAssociation,
  { classId, obis }: CaptureObject,
): Conversation<ScalerUnit | undefined> {
  const attribute = scalerUnitAttribute[classId];
  if (attribute === undefined) return undefined;
  const value = yield* readAttribute(association, { classId, obis, attribute });
  return isDecodeError(value) ? undefined : scalerUnitOf(value);
}

export interface ProfileReading {
  readonly obis?: string;
  readonly description: KnownProfile;
  /** `byRange` or `byEntry`; the whole buffer unless given. */
  readonly access?: SelectiveAccess;
  readonly resolveLocalTime?: ResolveLocalTime;
}

/** The rows of a profile's buffer, named and timed as those of a push are. */
export function* readProfile(
  association: ClientAssociation,
  { obis = LOAD_PROFILE_1, description, access, resolveLocalTime }: ProfileReading,
): Conversation<DecodedProfile | DecodeError> {
  const target = { classId: PROFILE_GENERIC, obis, attribute: 2 };
  const buffer: CosemData | DecodeError = yield* readAttribute(association, target, access);
  if (isDecodeError(buffer)) return buffer;
  const { captureObjects, capturePeriodSeconds, scalerUnits } = description;
  return decodeProfile(buffer, {
    captureObjects,
    capturePeriodSeconds,
    scalerUnit: (channel) => scalerUnits?.[channel],
    resolveLocalTime,
  });
}
