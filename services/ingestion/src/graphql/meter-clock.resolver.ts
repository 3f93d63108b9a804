import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { isStaff, loaderOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { MeterClocks, type MeterClockRow } from '../adapters/meter-clock.table.ts';
import type { MeterClock, QueryClockDeviationsArgs } from './generated/schema.ts';

const MOST = 500;

/** Clocks of meters are the affair of those who run them. */
@Resolver('Meter')
export class MeterClockResolver {
  constructor(private readonly clocks: MeterClocks) {}

  @ResolveField()
  async clock(
    @Parent() { serialNumber }: { serialNumber: string },
    @Context() context: SubgraphContext,
  ): Promise<MeterClock | null> {
    if (!isStaff(context.claims)) return null;
    const loader = loaderOf(context, MeterClocks, (keys: readonly string[]) =>
      this.clocks.bySerialNumber(keys),
    );
    const row = await loader.load(serialNumber);
    return row ? clockView(row) : null;
  }

  @Query()
  async clockDeviations(
    @Args() { beyondSeconds, first }: QueryClockDeviationsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const rows = await this.clocks.deviating(Math.max(beyondSeconds ?? 60, 0), mostly(first ?? 50));
    return rows.map((row) => ({ meter: { serialNumber: row.serial_number }, clock: clockView(row) }));
  }
}

const mostly = (first: number) => Math.min(Math.max(first, 0), MOST);

const clockView = (row: MeterClockRow): MeterClock => ({
  skewSeconds: row.skew_seconds,
  measuredAt: row.measured_at,
  isInvalid: row.invalid_since !== null,
});
