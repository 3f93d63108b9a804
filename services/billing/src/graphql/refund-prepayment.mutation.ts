import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Agreements } from '../adapters/agreements.table.ts';
import { PrepaymentRefunds } from '../adapters/prepayment-refunds.ts';
import type { MutationRefundPrepaymentArgs } from './generated/schema.ts';
import { PrepaymentViews } from './prepayment-view.ts';

@Resolver()
export class RefundPrepaymentMutation {
  constructor(
    private readonly refunds: PrepaymentRefunds,
    private readonly agreements: Agreements,
    private readonly views: PrepaymentViews,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async refundPrepayment(
    @Args() { agreementId, amount, method, reason }: MutationRefundPrepaymentArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'supervisor'));
    const refund = { method, reason, ...(amount && { amount }) };
    const { position } = orThrow(await this.refunds.refund(agreementId, refund, onBehalfOf(claims)));
    await this.projections.reach(position);
    return this.views.latest((await this.agreements.byId(agreementId))!);
  }
}
