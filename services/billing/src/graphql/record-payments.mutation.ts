import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { isRefusal } from '@metermesh/decider';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { PaymentDesk } from '../adapters/payment-desk.ts';
import { paymentView } from './account-views.ts';
import type { MutationRecordPaymentsArgs } from './generated/schema.ts';
import { reportedPayment } from './reported-payment.ts';

@Resolver()
export class RecordPaymentsMutation {
  constructor(private readonly desk: PaymentDesk) {}

  @Mutation()
  async recordPayments(
    @Args() { payments }: MutationRecordPaymentsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const outcomes = orThrow(await this.desk.record(onBehalfOf(claims), payments.map(reportedPayment)));
    return outcomes.map((outcome, index) => {
      const { reference } = payments[index]!;
      if (!isRefusal(outcome)) return { reference, payment: paymentView(outcome), refusal: null };
      const { code, message } = outcome;
      return { reference, payment: null, refusal: { code, message } };
    });
  }
}
