import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { PaymentDesk } from '../adapters/payment-desk.ts';
import { paymentView } from './account-views.ts';
import type { MutationReversePaymentArgs } from './generated/schema.ts';

@Resolver()
export class ReversePaymentMutation {
  constructor(private readonly desk: PaymentDesk) {}

  @Mutation()
  async reversePayment(
    @Args() { reference, reason }: MutationReversePaymentArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    return paymentView(orThrow(await this.desk.reverse(onBehalfOf(claims), reference, reason)));
  }
}
