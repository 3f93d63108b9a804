import { equals } from '@bufbuild/protobuf';
import {
  MeterKeysSetSchema,
  MeterRegisteredSchema,
  type MeterAssignedToConcentrator,
  type MeterInstalled,
  type MeterKeysSet,
  type MeterRegistered,
  type MeterRemoved,
} from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';
import { hasInstalled, hasRemoved, isOpen, overlaps, since, until } from './installation.ts';
import { faultOfMeter } from './meter-registration.ts';
import { evolveMeter, unknownMeter, type Meter, type MeterEvent } from './meter.ts';

export type MeterCommand =
  | { type: 'register'; meter: MeterRegistered; keys?: MeterKeysSet }
  | { type: 'set-keys'; keys: MeterKeysSet }
  | { type: 'install'; installed: MeterInstalled }
  | { type: 'remove'; removed: MeterRemoved }
  | { type: 'assign'; assigned: MeterAssignedToConcentrator };

type Decision = readonly MeterEvent[] | Refusal;

export const meterDecider: Decider<MeterCommand, Meter, MeterEvent> = {
  initialState: unknownMeter,
  evolve: evolveMeter,
  decide(command, state) {
    if (command.type === 'register') return register(command.meter, command.keys, state);
    if (!state.registered) return meterNotFound(serialNumberOf(command));
    switch (command.type) {
      case 'set-keys':
        return setKeys(command.keys, state);
      case 'install':
        return install(command.installed, state);
      case 'remove':
        return remove(command.removed, state);
      case 'assign':
        return state.concentratorId === command.assigned.concentratorId ? [] : [command.assigned];
    }
  },
};

export function meterNotFound(serialNumber: string): Refusal<'METER_NOT_FOUND'> {
  return refuse(
    'METER_NOT_FOUND',
    `No meter has the serial number ${JSON.stringify(serialNumber)}; register it first.`,
  );
}

function register(meter: MeterRegistered, keys: MeterKeysSet | undefined, state: Meter): Decision {
  if (state.registered) {
    if (!equals(MeterRegisteredSchema, state.registered, meter)) {
      return refuse(
        'METER_EXISTS',
        `Meter ${meter.serialNumber} is registered already, with other particulars; check the serial number.`,
      );
    }
    return keys ? setKeys(keys, state) : [];
  }
  return faultOfMeter(meter) ?? (keys ? [meter, keys] : [meter]);
}

function setKeys(keys: MeterKeysSet, state: Meter): readonly MeterEvent[] {
  return state.keys && equals(MeterKeysSetSchema, state.keys, keys) ? [] : [keys];
}

function install(installed: MeterInstalled, { installations }: Meter): Decision {
  if (hasInstalled(installations, installed)) return [];
  const conflict = installations.find((each) => overlaps(each, installed));
  if (!conflict) return [installed];
  const { usagePointId } = conflict.installed;
  if (conflict.removed) {
    return refuse(
      'INSTALLATION_OVERLAPS',
      `Meter ${installed.serialNumber} was at usage point ${usagePointId} until ${until(conflict.removed)}; install it ` +
        `from then on.`,
    );
  }
  if (usagePointId === installed.usagePointId) {
    return refuse(
      'METER_ALREADY_INSTALLED',
      `Meter ${installed.serialNumber} is installed there since ${since(conflict.installed)}.`,
    );
  }
  return refuse(
    'METER_INSTALLED_ELSEWHERE',
    `Meter ${installed.serialNumber} is at usage point ${usagePointId} since ${since(conflict.installed)}; remove it ` +
      `there first.`,
  );
}

function remove(removed: MeterRemoved, { installations }: Meter): Decision {
  if (hasRemoved(installations, removed)) return [];
  if (installations.some((each) => isOpen(each) && each.installed.usagePointId === removed.usagePointId))
    return [removed];
  return refuse(
    'METER_NOT_INSTALLED',
    `Meter ${removed.serialNumber} is not installed at usage point ${removed.usagePointId}.`,
  );
}

function serialNumberOf(command: Exclude<MeterCommand, { type: 'register' }>): string {
  switch (command.type) {
    case 'set-keys':
      return command.keys.serialNumber;
    case 'install':
      return command.installed.serialNumber;
    case 'remove':
      return command.removed.serialNumber;
    case 'assign':
      return command.assigned.serialNumber;
  }
}
