import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { PaymentDesk } from '../adapters/payment-desk.ts';
import { paymentView } from './account-views.ts';
import type { MutationAssignPaymentArgs } from './generated/schema.ts';

@Resolver()
export class AssignPaymentMutation {
  constructor(private readonly desk: PaymentDesk) {}

  @Mutation()
  async assignPayment(@Args() { input }: MutationAssignPaymentArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { reference, reason } = input;
    return paymentView(orThrow(await this.desk.assign(onBehalfOf(claims), reference, input, reason)));
  }
}
