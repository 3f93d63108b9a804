import type {
  MeterAssignedToConcentrator,
  MeterInstalled,
  MeterKeysSet,
  MeterRegistered,
  MeterRemoved,
} from '@metermesh/contracts';
import { withInstalled, withRemoved, type Installations } from './installation.ts';

export type MeterEvent =
  MeterRegistered | MeterKeysSet | MeterInstalled | MeterRemoved | MeterAssignedToConcentrator;

/** A device that measures, wherever it is installed. */
export interface Meter {
  readonly registered?: MeterRegistered;
  readonly keys?: MeterKeysSet;
  readonly concentratorId?: string;
  readonly installations: Installations;
}

export const unknownMeter: Meter = { installations: [] };

export function evolveMeter(state: Meter, event: MeterEvent): Meter {
  switch (event.$typeName) {
    case 'metermesh.device_registry.v1.MeterRegistered':
      return { ...state, registered: event };
    case 'metermesh.device_registry.v1.MeterKeysSet':
      return { ...state, keys: event };
    case 'metermesh.device_registry.v1.MeterInstalled':
      return { ...state, installations: withInstalled(state.installations, event) };
    case 'metermesh.device_registry.v1.MeterRemoved':
      return { ...state, installations: withRemoved(state.installations, event) };
    case 'metermesh.device_registry.v1.MeterAssignedToConcentrator':
      return { ...state, concentratorId: event.concentratorId };
  }
}
