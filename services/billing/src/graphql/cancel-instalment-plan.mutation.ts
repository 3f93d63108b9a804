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
import type { MutationCancelInstalmentPlanArgs } from './generated/schema.ts';

@Resolver()
export class CancelInstalmentPlanMutation {
  constructor(
    private readonly desk: PlanDesk,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async cancelInstalmentPlan(
    @Args() { id, reason }: MutationCancelInstalmentPlanArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const plan = orThrow(await this.desk.known(id));
    const { position } = orThrow(await this.desk.end(onBehalfOf(claims), plan, reason));
    await this.projections.reach(position);
    return instalmentPlanView(orThrow(await this.desk.known(id)));
  }
}
