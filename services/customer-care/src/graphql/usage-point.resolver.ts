import { Context, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { localDayAt } from '@metermesh/metering';
import { loaderOf, type SubgraphContext } from '@metermesh/service-kit';
import { Agreements, type AgreementRow } from '../adapters/agreements.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { sees } from './sight.ts';

@Resolver('UsagePoint')
export class UsagePointResolver {
  constructor(
    private readonly agreements: Agreements,
    private readonly usagePoints: UsagePoints,
  ) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }) {
    return { id };
  }

  /** The agreement in force today, by the clock of the place; nothing for a customer whose it is not. */
  @ResolveField()
  async agreement(
    @Parent() { id }: { id: string },
    @Context() context: SubgraphContext,
  ): Promise<AgreementRow | null> {
    const places = loaderOf(context, UsagePoints, (ids: readonly string[]) => this.usagePoints.byId(ids));
    const history = loaderOf(context, 'agreements of usage points', (ids: readonly string[]) =>
      this.agreements.ofUsagePoints(ids),
    );
    const [usagePoint, agreements] = await Promise.all([places.load(id), history.load(id)]);
    if (!usagePoint || !agreements) return null;
    const today = localDayAt(Date.now(), usagePoint.timeZone).date;
    const inForce = agreements.find(
      ({ startsOn, endsOn }) => startsOn <= today && (!endsOn || today < endsOn),
    );
    return inForce && !sees(context.claims, inForce.customerId, '') ? inForce : null;
  }
}
