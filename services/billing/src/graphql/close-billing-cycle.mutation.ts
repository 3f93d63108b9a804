import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { BillingBases } from '../adapters/billing-bases.ts';
import { countBilling } from '../billing-metrics.ts';
import { billingCycleDecider } from '../domain/billing-cycle/billing-cycle.decider.ts';
import type { QualityLimits } from '../domain/billing-cycle/hold-reasons.ts';
import { QUALITY_LIMITS } from '../quality-limits.ts';
import { decidedCycleView } from './billing-view.ts';

@Resolver()
export class CloseBillingCycleMutation {
  constructor(
    private readonly bases: BillingBases,
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    @Inject(QUALITY_LIMITS) private readonly limits: QualityLimits,
  ) {}

  @Mutation()
  async closeBillingCycle(
    @Args('agreementId') agreementId: string,
    @Args('periodStart') periodStart: string,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const basis = orThrow(await this.bases.of(agreementId, periodStart));
    const { state, events, position } = orThrow(
      await this.commands.execute(
        billingCycleDecider,
        streamName('billing-cycle', `${agreementId}-${basis.period.start}`),
        { type: 'close', basis, limits: this.limits, now: Date.now(), closedBy: claims.subject },
        onBehalfOf(claims),
      ),
    );
    countBilling(events);
    await this.projections.reach(position);
    return decidedCycleView(state);
  }
}
