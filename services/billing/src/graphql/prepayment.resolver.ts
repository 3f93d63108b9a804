import { Args, Context, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { isRefusal, refuse } from '@metermesh/decider';
import { localDayAt } from '@metermesh/metering';
import { connectionOf, orThrow, pageOf, type SubgraphContext } from '@metermesh/service-kit';
import { Agreements } from '../adapters/agreements.table.ts';
import { PrepaymentStreams } from '../adapters/prepayment-streams.ts';
import { PrepaymentTable } from '../adapters/prepayments.table.ts';
import { waitingFor } from '../domain/prepayment/waiting-for.ts';
import { visibleCustomer } from './bill-access.ts';
import type { PrepaymentEntriesArgs } from './generated/schema.ts';
import { PrepaymentViews, type PrepaymentView } from './prepayment-view.ts';

@Resolver('Agreement')
export class AgreementPrepaymentResolver {
  constructor(
    private readonly agreements: Agreements,
    private readonly views: PrepaymentViews,
  ) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }) {
    return { id };
  }

  /** Nothing where the agreement is not known here yet, or no credit of it was ever paid or drawn. */
  @ResolveField()
  async prepayment(@Parent() { id }: { id: string }, @Context() { claims }: SubgraphContext) {
    const agreement = await this.agreements.byId(id);
    if (!agreement) return null;
    const visible = visibleCustomer(claims);
    if (visible !== undefined && visible !== agreement.customerId)
      orThrow(refuse('FORBIDDEN', `Agreement ${id} is not one of the one who asks.`));
    return this.views.latest(agreement);
  }
}

@Resolver('Prepayment')
export class PrepaymentResolver {
  constructor(
    private readonly streams: PrepaymentStreams,
    private readonly table: PrepaymentTable,
  ) {}

  @ResolveField()
  async waitingFor(@Parent() { terms, state }: PrepaymentView) {
    if (state.closed) return null;
    const present = await this.streams.present(terms, state.period!.start);
    if (isRefusal(present)) return { code: present.code, message: present.message };
    if (!present) return null;
    const today = localDayAt(Date.now(), present.timeZone).date;
    return waitingFor(state, present, today) ?? null;
  }

  @ResolveField()
  async entries(@Parent() { agreement }: PrepaymentView, @Args() { first, after }: PrepaymentEntriesArgs) {
    const page = orThrow(pageOf(first, after));
    return connectionOf(await this.table.entries(agreement.id, page), page, ({ position }) => position);
  }
}
