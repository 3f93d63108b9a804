import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type BillingDesk } from './billing-desk.ts';

/** What is paid, before and after. */
export function describeAccounts(open: () => BillingDesk): void {
  let desk: BillingDesk;
  beforeAll(() => {
    desk = open();
  });

  describe('a payment', () => {
    it('that is reported again is the same; the ledger has it once, and all its entries balance', async () => {
      const { payment } = await desk.operator<{ payment: PaymentInput }>(PAYMENT, {
        reference: desk.demo.paymentReference,
      });
      const input = { ...payment, reference: desk.demo.paymentReference, billId: desk.demo.billId };
      await desk.operator(PAY, { input });
      await expect(desk.operator(PAY, { input: { ...input, amount: '1' } })).rejects.toMatchObject({
        code: 'PAYMENT_REFERENCE_REUSED',
      });
      await expect(desk.customer(PAY, { input })).rejects.toMatchObject({ code: 'FORBIDDEN' });

      expect(await desk.bill(desk.demo.billId, desk.customer)).toMatchObject({
        balance: '0',
        paymentStatus: 'PAID',
      });
      const { ledger, payments } = await desk.customer<Account>(ACCOUNT, { id: desk.demo.customerId });
      expect(payments.nodes).toEqual([{ reference: desk.demo.paymentReference }]);
      expect(ledger.nodes.filter(({ kind }) => kind === 'PaymentReceived')).toHaveLength(1);
      expect(
        ledger.nodes.map(({ postings }) => postings.reduce((sum, { amount }) => sum + Number(amount), 0)),
      ).toEqual(ledger.nodes.map(() => 0));
      await expect(desk.stranger(ACCOUNT, { id: desk.demo.customerId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    });
  });
  describe('prepaid credit', () => {
    it('is what was paid less what was drawn, and low', async () => {
      const owner = await desk.customerOf(desk.demo.prepaidAgreementId!);
      await eventually('the settled balance', async () => {
        const { agreement } = await owner<{ agreement: { prepayment: Prepayment } }>(PREPAYMENT, {
          id: desk.demo.prepaidAgreementId,
        });
        const { balance, lowBalance, exhausted, entries } = agreement.prepayment;
        expect({ lowBalance, exhausted }).toEqual({ lowBalance: true, exhausted: false });
        expect(entries.nodes.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(Number(balance));
        const kinds = entries.nodes.map(({ kind }) => kind);
        expect(kinds).toEqual(expect.arrayContaining(['TOP_UP', 'DAILY_USAGE']));
      });
      const refused = desk.customer(PREPAYMENT, { id: desk.demo.prepaidAgreementId });
      await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });
  });
}

interface PaymentInput {
  amount: string;
  currency: string;
  receivedOn: string;
  method: string;
}
interface Account {
  ledger: { nodes: { kind: string; postings: { amount: string }[] }[] };
  payments: { nodes: { reference: string }[] };
}
interface Prepayment {
  balance: string;
  lowBalance: boolean;
  exhausted: boolean;
  entries: { nodes: { kind: string; amount: string }[] };
}

const PAYMENT = `query ($reference: ID!) { payment(reference: $reference) { amount currency receivedOn method } }`;
const PAY = `mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { reference status } }`;
const ACCOUNT = `query ($id: ID!) {
  ledger(customerId: $id) { nodes { kind postings { amount } } }
  payments(customerId: $id) { nodes { reference } }
}`;
const PREPAYMENT = `query ($id: ID!) { agreement(id: $id) { prepayment {
  balance lowBalance exhausted entries(first: 100) { nodes { kind amount } }
} } }`;
