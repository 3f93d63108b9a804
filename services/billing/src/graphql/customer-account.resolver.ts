import { Args, Context, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Deposits } from '../adapters/deposits.table.ts';
import { Dunning } from '../adapters/dunning.table.ts';
import { InstalmentPlans } from '../adapters/instalment-plans.table.ts';
import { Journal } from '../adapters/journal.table.ts';
import { Payments } from '../adapters/payments.table.ts';
import { mayReadAccount } from './account-access.ts';
import { depositView, instalmentPlanView, ledgerConnection, paymentConnection } from './account-views.ts';
import type { CustomerLedgerArgs, CustomerPaymentsArgs } from './generated/schema.ts';

/** A customer, as far as his money goes. */
@Resolver('Customer')
export class CustomerAccountResolver {
  constructor(
    private readonly journal: Journal,
    private readonly received: Payments,
    private readonly held: Deposits,
    private readonly plans: InstalmentPlans,
    private readonly dunning: Dunning,
  ) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }) {
    return { id };
  }

  @ResolveField()
  async balances(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    orThrow(mayReadAccount(claims, id));
    return this.journal.balances(id);
  }

  @ResolveField()
  async payments(
    @Parent() { id }: { id: string },
    @Args() { first, after }: CustomerPaymentsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(mayReadAccount(claims, id));
    const page = orThrow(pageOf(first, after));
    return paymentConnection(await this.received.page(page, id), page);
  }

  @ResolveField()
  async ledger(
    @Parent() { id }: { id: string },
    @Args() { first, after }: CustomerLedgerArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(mayReadAccount(claims, id));
    const page = orThrow(pageOf(first, after));
    return ledgerConnection(await this.journal.page(id, page), page);
  }

  @ResolveField()
  async deposits(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    orThrow(mayReadAccount(claims, id));
    return (await this.held.ofCustomer(id)).map(depositView);
  }

  @ResolveField()
  async instalmentPlans(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    orThrow(mayReadAccount(claims, id));
    return (await this.plans.ofCustomer(id)).map(instalmentPlanView);
  }

  @ResolveField()
  async disconnectionProtection(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    orThrow(mayReadAccount(claims, id));
    const protection = await this.dunning.protectionOf(id);
    return protection ? { ...protection, customer: { id } } : null;
  }
}
