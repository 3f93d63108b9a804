import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import { Commands, ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import { paymentDecider, type ReportedPayment } from '../domain/receivables/payment.decider.ts';
import { latestPosition } from './account-books.ts';
import { Accounts } from './accounts.ts';
import { Payees } from './payees.ts';
import { Payments, type PaymentRow } from './payments.table.ts';
import { Receivables } from './receivables.table.ts';

const MOST_AT_ONCE = 1000;

/** Takes money that came in: records it, finds whose it is, and pays with it what is open. */
@Injectable()
export class PaymentDesk {
  constructor(
    private readonly commands: Commands,
    private readonly payees: Payees,
    private readonly accounts: Accounts,
    private readonly payments: Payments,
    private readonly receivables: Receivables,
    private readonly projections: ProjectionHost,
  ) {}

  /**
   * Of each the payment as it stands afterwards, or why it was refused: the rest goes on. Refusals: `PAYMENT_REFERENCE_REUSED`
   * and those of the fields; of all of them `TOO_MANY_PAYMENTS`.
   */
  async record(
    context: CommandContext,
    reported: readonly ReportedPayment[],
  ): Promise<(PaymentRow | Refusal)[] | Refusal> {
    if (reported.length > MOST_AT_ONCE)
      return refuse(
        'TOO_MANY_PAYMENTS',
        `${reported.length} payments are more than ${MOST_AT_ONCE}; record them in several goes.`,
      );
    const outcomes: ({ position?: string | undefined; customerId: string } | Refusal)[] = [];
    for (const payment of reported) outcomes.push(await this.receive(context, payment));
    const received = outcomes.flatMap((outcome) => (isRefusal(outcome) ? [] : [outcome]));
    await this.settle(
      context,
      received.map(({ position }) => position),
      received.map(({ customerId }) => customerId),
    );
    const rows = await this.payments.byReference(reported.map(({ reference }) => reference));
    return outcomes.map((outcome, index) =>
      isRefusal(outcome) ? outcome : rows.get(reported[index]!.reference)!,
    );
  }

  /** Refusals: `BILL_NOT_FOUND`, `CUSTOMER_NOT_FOUND`, `CURRENCY_MISMATCH`, `PAYEE_MISSING`, and those of the decision. */
  async assign(
    context: CommandContext,
    reference: string,
    to: { billId?: string | null; customerId?: string | null },
    reason: string,
  ): Promise<PaymentRow | Refusal> {
    const payee = await this.payeeOf(reference, to);
    if (isRefusal(payee)) return payee;
    const assigned = await this.commands.execute(
      paymentDecider,
      streamName('payment', reference),
      { type: 'assign', ...payee, reason, at: Date.now(), by: context.actor },
      context,
    );
    if (isRefusal(assigned)) return assigned;
    await this.settle(context, [assigned.position], [payee.customerId]);
    return (await this.payments.byReference([reference])).get(reference)!;
  }

  async reverse(context: CommandContext, reference: string, reason: string): Promise<PaymentRow | Refusal> {
    const reversed = await this.accounts.reversePayment(context, reference, reason);
    if (isRefusal(reversed)) return reversed;
    await this.projections.reach(reversed.position);
    return (await this.payments.byReference([reference])).get(reference)!;
  }

  private async receive(context: CommandContext, payment: ReportedPayment) {
    const payee = await this.payees.of(payment);
    const stream = streamName('payment', payment.reference || 'none');
    const received = await this.commands.execute(
      paymentDecider,
      stream,
      { type: 'receive', payment, payee, at: Date.now(), by: context.actor },
      context,
    );
    if (isRefusal(received)) return received;
    // Of a repeat: whoever recorded it first may not be read back yet.
    const position = received.position ?? (await this.commands.load(paymentDecider, stream)).position;
    return { position, customerId: received.state.customerId };
  }

  private async payeeOf(
    reference: string,
    { billId, customerId }: { billId?: string | null; customerId?: string | null },
  ) {
    if (!billId && !customerId)
      return refuse('PAYEE_MISSING', 'Name the bill or the customer that the payment belongs to.');
    if (!billId) return this.customerNamed(customerId!);
    const bill = (await this.receivables.byId([billId])).get(billId);
    if (!bill) return refuse('BILL_NOT_FOUND', `There is no bill ${JSON.stringify(billId)}.`);
    const payment = (await this.payments.byReference([reference])).get(reference);
    if (payment && payment.currency !== bill.currency)
      return refuse(
        'CURRENCY_MISMATCH',
        `Payment ${reference} is in ${payment.currency}, bill ${billId} in ${bill.currency}. Assign it to the customer, or ` +
          `exchange it and record that.`,
      );
    return { customerId: bill.customerId, billId };
  }

  /** Money assigned to a name that is mistyped would be nobody's. */
  private async customerNamed(customerId: string) {
    if (await this.payees.knows(customerId)) return { customerId, billId: '' };
    return refuse(
      'CUSTOMER_NOT_FOUND',
      `No agreement or bill of a customer ${JSON.stringify(customerId)} is known here; look at the id.`,
    );
  }

  /** Pays what is open at once, so that whoever records a payment sees what has become of it. */
  private async settle(
    context: CommandContext,
    positions: readonly (string | undefined)[],
    customerIds: readonly string[],
  ): Promise<void> {
    await this.projections.reach(latestPosition(positions));
    const settled: (string | undefined)[] = [];
    for (const customerId of new Set(customerIds.filter(Boolean))) {
      const outcome = await this.accounts.settle(context, customerId);
      // Whoever settles accounts in the background comes back to one that is busy now.
      if (!isRefusal(outcome)) settled.push(outcome.position);
    }
    await this.projections.reach(latestPosition(settled));
  }
}
