import { equals } from '@bufbuild/protobuf';
import { timestampDate, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  ServiceKind,
  serviceKindName,
  UsagePointRegisteredSchema,
  type MeterInstalled,
  type MeterRemoved,
  type UsagePointRegistered,
} from '@metermesh/contracts';
import { faultOfIdentifier, fold, isRefusal, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { isSubmeterName, isTimeZone } from '@metermesh/metering';
import { faultOfText } from './text.ts';
import { hasInstalled, hasRemoved, isOpen, overlaps, since, until } from './installation.ts';
import { evolveUsagePoint, unknownUsagePoint, type UsagePoint, type UsagePointEvent } from './usage-point.ts';

export type UsagePointCommand =
  | { type: 'register'; usagePoint: UsagePointRegistered }
  | ({ type: 'install' } & Arrival)
  | ({ type: 'remove' } & Departure)
  /** One meter goes and another comes at the same instant. */
  | { type: 'exchange'; departure: Departure; arrival: Arrival };

interface Arrival {
  installed: MeterInstalled;
  meterServiceKind: ServiceKind;
  /** Present time, milliseconds. */
  now: number;
}

interface Departure {
  removed: MeterRemoved;
  now: number;
}

type Decision = readonly UsagePointEvent[] | Refusal;

/** Clocks of the field differ by this much, in milliseconds; what lies further ahead has not happened. */
const CLOCK_TOLERANCE = 10 * 60_000;

export const usagePointDecider: Decider<UsagePointCommand, UsagePoint, UsagePointEvent> = {
  initialState: unknownUsagePoint,
  evolve: evolveUsagePoint,
  decide(command, state) {
    switch (command.type) {
      case 'register':
        return register(command.usagePoint, state);
      case 'install':
        return install(command, state);
      case 'remove':
        return remove(command, state);
      case 'exchange': {
        const removal = remove(command.departure, state);
        if (isRefusal(removal)) return removal;
        const installation = install(command.arrival, fold(usagePointDecider, removal, state));
        return isRefusal(installation) ? installation : [...removal, ...installation];
      }
    }
  },
};

function register(usagePoint: UsagePointRegistered, state: UsagePoint): Decision {
  if (state.registered) {
    if (equals(UsagePointRegisteredSchema, state.registered, usagePoint)) return [];
    return refuse(
      'USAGE_POINT_EXISTS',
      `Usage point ${usagePoint.usagePointId} is registered already, with other particulars; choose another identifier.`,
    );
  }
  return faultOf(usagePoint) ?? [usagePoint];
}

function faultOf({ usagePointId, timeZone, address }: UsagePointRegistered): Refusal | undefined {
  if (!isTimeZone(timeZone)) {
    return refuse(
      'TIME_ZONE_UNKNOWN',
      `${JSON.stringify(timeZone)} is no IANA time zone; give one such as Asia/Seoul.`,
    );
  }
  return faultOfIdentifier('usage point', usagePointId) ?? faultOfText('address', address);
}

function install(
  { installed, meterServiceKind, now }: Arrival,
  { registered, installations }: UsagePoint,
): Decision {
  if (!registered) return notFound(installed.usagePointId);
  if (hasInstalled(installations, installed)) return [];
  if (meterServiceKind !== registered.serviceKind && meterServiceKind !== ServiceKind.ENVIRONMENT) {
    return refuse(
      'SERVICE_KIND_MISMATCH',
      `Meter ${installed.serialNumber} measures ${serviceKindName(meterServiceKind)}, but usage point ${installed.usagePointId} is ` +
        `supplied with ${serviceKindName(registered.serviceKind)}; check the serial number.`,
    );
  }
  if (installed.submeter && !isSubmeterName(installed.submeter)) {
    return refuse(
      'SUBMETER_NAME_INVALID',
      `${JSON.stringify(installed.submeter)} cannot name a sub-meter: use 1 to 64 letters and digits, and between them ` +
        `spaces, ".", "_" or "-".`,
    );
  }
  const alike = installations.filter((each) => measuresTheSame(each.installed, installed));
  const present = alike.find(isOpen);
  if (present) {
    return refuse(
      'CHANNEL_ALREADY_MEASURED',
      `Meter ${present.installed.serialNumber} measures the same at usage point ${installed.usagePointId} since ` +
        `${since(present.installed)}; remove or exchange it, or, where both measure parts of the supply, name this one otherwise.`,
    );
  }
  const later = alike.find((each) => overlaps(each, installed));
  if (later) {
    return refuse(
      'INSTALLATION_OVERLAPS',
      `Meter ${later.installed.serialNumber} measured the same at usage point ${installed.usagePointId} until ` +
        `${until(later.removed!)}; install from then on.`,
    );
  }
  return notYet(timestampDate(installed.installedAt!), now) ?? [installed];
}

function remove({ removed, now }: Departure, { registered, installations }: UsagePoint): Decision {
  if (!registered) return notFound(removed.usagePointId);
  if (hasRemoved(installations, removed)) return [];
  const present = installations.find(
    (each) => isOpen(each) && each.installed.serialNumber === removed.serialNumber,
  );
  if (!present) {
    return refuse(
      'METER_NOT_INSTALLED',
      `Meter ${removed.serialNumber} is not installed at usage point ${removed.usagePointId}.`,
    );
  }
  if (timestampMs(removed.removedAt!) <= timestampMs(present.installed.installedAt!)) {
    return refuse(
      'REMOVAL_BEFORE_INSTALLATION',
      `Meter ${removed.serialNumber} was installed at ${since(present.installed)}; it can be removed only after that.`,
    );
  }
  return notYet(timestampDate(removed.removedAt!), now) ?? [removed];
}

function notFound(usagePointId: string): Refusal<'USAGE_POINT_NOT_FOUND'> {
  return refuse('USAGE_POINT_NOT_FOUND', `No usage point ${JSON.stringify(usagePointId)} is registered.`);
}

function notYet(instant: Date, now: number): Refusal<'INSTANT_IN_FUTURE'> | undefined {
  if (instant.getTime() <= now + CLOCK_TOLERANCE) return undefined;
  return refuse('INSTANT_IN_FUTURE', `${instant.toISOString()} has not come yet; record what has been done.`);
}

const measuresTheSame = (one: MeterInstalled, other: MeterInstalled): boolean =>
  one.readingTypes.some((readingType) => other.readingTypes.includes(readingType));
