import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Agreements } from '../adapters/agreements.table.ts';
import { TopUps } from '../adapters/top-ups.ts';
import type { MutationTopUpArgs } from './generated/schema.ts';
import { PrepaymentViews } from './prepayment-view.ts';

@Resolver()
export class TopUpMutation {
  constructor(
    private readonly topUps: TopUps,
    private readonly agreements: Agreements,
    private readonly views: PrepaymentViews,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async topUp(@Args() { input }: MutationTopUpArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const now = Date.now();
    const receivedAt = input.receivedAt?.getTime() ?? now;
    if (receivedAt > now)
      orThrow(refuse('DATE_IN_FUTURE', 'receivedAt has not come yet; record money once it is there.'));
    const { position } = orThrow(await this.topUps.credit(input, receivedAt, onBehalfOf(claims)));
    await this.projections.reach(position);
    return this.views.latest((await this.agreements.byId(input.agreementId))!);
  }
}
