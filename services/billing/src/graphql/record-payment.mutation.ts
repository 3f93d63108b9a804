import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { PaymentDesk } from '../adapters/payment-desk.ts';
import { paymentView } from './account-views.ts';
import type { MutationRecordPaymentArgs } from './generated/schema.ts';
import { reportedPayment } from './reported-payment.ts';

@Resolver()
export class RecordPaymentMutation {
  constructor(private readonly desk: PaymentDesk) {}

  @Mutation()
  async recordPayment(@Args() { input }: MutationRecordPaymentArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const [outcome] = orThrow(await this.desk.record(onBehalfOf(claims), [reportedPayment(input)]));
    return paymentView(orThrow(outcome!));
  }
}
