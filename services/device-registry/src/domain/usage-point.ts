import type { MeterInstalled, MeterRemoved, UsagePointRegistered } from '@metermesh/contracts';
import { withInstalled, withRemoved, type Installations } from './installation.ts';

export type UsagePointEvent = UsagePointRegistered | MeterInstalled | MeterRemoved;

/** A place that is supplied, metered and billed. */
export interface UsagePoint {
  readonly registered?: UsagePointRegistered;
  readonly installations: Installations;
}

export const unknownUsagePoint: UsagePoint = { installations: [] };

export function evolveUsagePoint(state: UsagePoint, event: UsagePointEvent): UsagePoint {
  switch (event.$typeName) {
    case 'metermesh.device_registry.v1.UsagePointRegistered':
      return { ...state, registered: event };
    case 'metermesh.device_registry.v1.MeterInstalled':
      return { ...state, installations: withInstalled(state.installations, event) };
    case 'metermesh.device_registry.v1.MeterRemoved':
      return { ...state, installations: withRemoved(state.installations, event) };
  }
}
