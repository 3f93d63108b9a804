import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { localDayAt } from '@metermesh/metering';
import { connectionOf, loaderOf, orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Agreements, termsOn, type AgreementRow } from '../adapters/agreements.table.ts';
import { Customers } from '../adapters/customers.table.ts';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import type { QueryAgreementsArgs } from './generated/schema.ts';
import { onlyCustomer, sees } from './sight.ts';

@Resolver('Agreement')
export class AgreementResolver {
  constructor(
    private readonly agreements: Agreements,
    private readonly customers: Customers,
    private readonly usagePoints: UsagePoints,
  ) {}

  @Query('agreement')
  async one(@Args('id') id: string, @Context() context: SubgraphContext) {
    const loader = loaderOf(context, Agreements, (ids: readonly string[]) => this.agreements.byId(ids));
    const agreement = await loader.load(id);
    // Whether an agreement of somebody else exists is nobody's business.
    orThrow(sees(context.claims, agreement?.customerId, `Agreement ${id}`));
    return agreement;
  }

  @ResolveReference()
  resolveReference({ id }: { id: string }, context: SubgraphContext) {
    return this.one(id, context);
  }

  @Query('agreements')
  async list(@Args() { first, after }: QueryAgreementsArgs, @Context() { claims }: SubgraphContext) {
    const page = orThrow(pageOf(first, after));
    return connectionOf(await this.agreements.page(page, onlyCustomer(claims)), page, ({ id }) => id);
  }

  /** Today by the clock of the place. */
  @ResolveField()
  async tariffId(@Parent() agreement: AgreementRow, @Context() context: SubgraphContext) {
    const places = loaderOf(context, UsagePoints, (ids: readonly string[]) => this.usagePoints.byId(ids));
    const { timeZone } = (await places.load(agreement.usagePointId))!;
    return termsOn(agreement, localDayAt(Date.now(), timeZone).date).tariffId;
  }

  @ResolveField()
  customer(@Parent() { customerId }: AgreementRow, @Context() context: SubgraphContext) {
    return loaderOf(context, Customers, (ids: readonly string[]) => this.customers.byId(ids)).load(
      customerId,
    );
  }

  @ResolveField()
  usagePoint(@Parent() { usagePointId }: AgreementRow) {
    return { id: usagePointId };
  }
}
