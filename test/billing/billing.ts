import { beforeAll, describe } from '@jest/globals';
import { describeAccounts } from './accounts.ts';
import { describeBillRun } from './bill-run.ts';
import { BillingDesk, type MeshWithDemo } from './billing-desk.ts';
import { describeBills } from './bills.ts';
import { describeCustomerQuestions } from './customer-questions.ts';
import { describeRebills } from './rebills.ts';

/** What the neighbourhood's bills come to and what becomes of them, each as who may. */
export function describeBilling(mesh: () => MeshWithDemo): void {
  describe('billing', () => {
    let desk: BillingDesk;
    const opened = () => desk;
    beforeAll(async () => {
      desk = await BillingDesk.open(mesh());
    });

    describeBillRun(opened);
    describeBills(opened);
    describeRebills(opened);
    describeAccounts(opened);
    describeCustomerQuestions(opened);
  });
}
