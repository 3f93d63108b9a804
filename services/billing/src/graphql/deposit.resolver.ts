import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { orThrow, type SubgraphContext } from '@metermesh/service-kit';
import { Deposits } from '../adapters/deposits.table.ts';
import { mayReadAccount } from './account-access.ts';
import { depositView } from './account-views.ts';

@Resolver('Deposit')
export class DepositResolver {
  constructor(private readonly held: Deposits) {}

  @Query()
  async deposit(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    const deposit = await this.held.byId(id);
    if (!deposit) return null;
    orThrow(mayReadAccount(claims, deposit.customerId));
    return depositView(deposit);
  }
}
