import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { PlanDesk } from '../adapters/plan-desk.ts';
import { instalmentPlanView } from './account-views.ts';
import type { MutationAgreeInstalmentPlanArgs } from './generated/schema.ts';

@Resolver()
export class AgreeInstalmentPlanMutation {
  constructor(
    private readonly desk: PlanDesk,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async agreeInstalmentPlan(
    @Args() { input }: MutationAgreeInstalmentPlanArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { id, billIds, instalments, reason } = input;
    const { position } = orThrow(
      await this.desk.agree(onBehalfOf(claims), id, [...new Set(billIds)], instalments, reason),
    );
    await this.projections.reach(position);
    return instalmentPlanView(orThrow(await this.desk.known(id)));
  }
}
