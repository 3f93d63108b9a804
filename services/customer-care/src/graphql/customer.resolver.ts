import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import { connectionOf, loaderOf, orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Agreements } from '../adapters/agreements.table.ts';
import { Customers, type CustomerRow } from '../adapters/customers.table.ts';
import type { QueryCustomersArgs } from './generated/schema.ts';
import { onlyCustomer, sees } from './sight.ts';

@Resolver('Customer')
export class CustomerResolver {
  constructor(
    private readonly customers: Customers,
    private readonly agreementTable: Agreements,
  ) {}

  @Query('customer')
  one(@Args('id') given: string | undefined, @Context() context: SubgraphContext) {
    const id = given ?? context.claims.customerId;
    if (id === undefined) {
      return orThrow(
        refuse('CUSTOMER_ID_MISSING', 'The one who asks is no customer; say which customer is meant.'),
      );
    }
    orThrow(sees(context.claims, id, `Customer ${id}`));
    return loaderOf(context, Customers, (ids: readonly string[]) => this.customers.byId(ids)).load(id);
  }

  @ResolveReference()
  resolveReference({ id }: { id: string }, context: SubgraphContext) {
    return this.one(id, context);
  }

  @Query('customers')
  async list(@Args() { first, after }: QueryCustomersArgs, @Context() { claims }: SubgraphContext) {
    const page = orThrow(pageOf(first, after));
    const only = onlyCustomer(claims);
    return connectionOf(await this.customers.page(page, only), page, ({ id }) => id);
  }

  @ResolveField()
  async agreements(@Parent() { id }: CustomerRow, @Context() context: SubgraphContext) {
    const loader = loaderOf(context, 'agreements of customers', (ids: readonly string[]) =>
      this.agreementTable.ofCustomers(ids),
    );
    return (await loader.load(id)) ?? [];
  }
}
