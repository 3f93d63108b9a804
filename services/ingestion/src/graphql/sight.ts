import { Injectable } from '@nestjs/common';
import { refuse } from '@metermesh/decider';
import { orThrow, UsagePointAccess, type SubgraphContext } from '@metermesh/service-kit';
import type { Span } from '../adapters/reading.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import type { TimeSpan } from '../projections/load-profile-answer.ts';
import { visibleSpans } from './visible-spans.ts';

/** What a caller may see of a usage point. */
export interface SightOfUsagePoint {
  readonly timeZone: string;
  readonly spans: readonly TimeSpan[];
  /** The same as dates, for databases. */
  readonly dates: readonly Span[];
}

/** Who may see what, of which time. */
@Injectable()
export class Sight {
  constructor(
    private readonly usagePoints: UsagePoints,
    private readonly access: UsagePointAccess,
  ) {}

  /** Throws what the caller is told where he may see nothing, or where there is nothing. */
  async ofUsagePoint(claims: SubgraphContext['claims'], usagePointId: string): Promise<SightOfUsagePoint> {
    const windows = orThrow(await this.access.windows(claims, usagePointId));
    const timeZone = orThrow(
      (await this.usagePoints.timeZone(usagePointId)) ??
        refuse('USAGE_POINT_NOT_FOUND', `No usage point ${usagePointId} is registered.`),
    );
    const spans = visibleSpans(windows, timeZone);
    return { timeZone, spans, dates: datesOf(spans) };
  }

  /** All usage points of the customer who asks; undefined for staff, who see everything. */
  async everywhere(
    claims: SubgraphContext['claims'],
  ): Promise<{ usagePointId: string; spans: readonly Span[] }[] | undefined> {
    const windows = await this.access.allWindows(claims);
    if (!windows) return undefined;
    return Promise.all(
      [...windows].map(async ([usagePointId, ofPlace]) => {
        const timeZone = await this.usagePoints.timeZone(usagePointId);
        return { usagePointId, spans: timeZone ? datesOf(visibleSpans(ofPlace, timeZone)) : [] };
      }),
    );
  }
}

const datesOf = (spans: readonly TimeSpan[]) =>
  spans.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) }));
