import { Injectable } from '@nestjs/common';
import { refuse, type Refusal } from '@metermesh/decider';
import { ALWAYS, UsagePointAccess, type AccessWindow, type SubgraphContext } from '@metermesh/service-kit';
import { Installations, type InstallationRow } from '../adapters/installations.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { isVisibleDuring } from '../domain/visibility.ts';

/** What the one who asks may see of the registry: staff all, a customer what is his and while it is his. */
@Injectable()
export class Sight {
  constructor(
    private readonly access: UsagePointAccess,
    private readonly installations: Installations,
    private readonly usagePoints: UsagePoints,
  ) {}

  /** Windows by usage point; undefined for staff. */
  windows(context: SubgraphContext): Promise<ReadonlyMap<string, readonly AccessWindow[]> | undefined> {
    return onceARequest(context, 'windows', () => this.access.allWindows(context.claims));
  }

  /** None where the usage point is not the caller's. */
  async windowsOf(context: SubgraphContext, usagePointId: string): Promise<readonly AccessWindow[]> {
    const windows = await this.windows(context);
    return windows ? (windows.get(usagePointId) ?? []) : ALWAYS;
  }

  async usagePoint(context: SubgraphContext, id: string): Promise<Refusal | undefined> {
    const windows = await this.windowsOf(context, id);
    return windows.length > 0 ? undefined : forbidden(`Usage point ${id}`);
  }

  async meter(context: SubgraphContext, serialNumber: string): Promise<Refusal | undefined> {
    const meters = await this.meters(context);
    return !meters || meters.has(serialNumber) ? undefined : forbidden(`Meter ${serialNumber}`);
  }

  /** Serial numbers of the meters that measured for the customer who asks; undefined for staff. */
  meters(context: SubgraphContext): Promise<ReadonlySet<string> | undefined> {
    return onceARequest(context, 'meters', async () => {
      const windows = await this.windows(context);
      if (!windows) return undefined;
      const ids = [...windows.keys()];
      const [usagePoints, installations] = await Promise.all([
        this.usagePoints.byId(ids),
        this.installations.ofUsagePoints(ids),
      ]);
      const isVisible = (each: InstallationRow) =>
        isVisibleDuring(each, usagePoints.get(each.usagePointId)!.timeZone, windows.get(each.usagePointId)!);
      return new Set(
        [...installations.values()]
          .flat()
          .filter(isVisible)
          .map(({ serialNumber }) => serialNumber),
      );
    });
  }
}

function forbidden(what: string): Refusal<'FORBIDDEN'> {
  return refuse('FORBIDDEN', `${what} is not among those of the one who asks.`);
}

function onceARequest<Value>(
  { loaders }: SubgraphContext,
  name: string,
  find: () => Promise<Value>,
): Promise<Value> {
  const known = loaders.get(name) as Promise<Value> | undefined;
  const value = known ?? find();
  loaders.set(name, value);
  return value;
}
