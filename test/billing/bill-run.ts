import { beforeAll, describe, expect, it } from '@jest/globals';
import { waterAgreement } from '../../tools/demo/water-agreement.ts';
import { eventually, type BillingDesk } from './billing-desk.ts';

/** One run bills what is over. */
export function describeBillRun(open: () => BillingDesk): void {
  let desk: BillingDesk;
  beforeAll(() => {
    desk = open();
  });

  describe('the bill run', () => {
    it('has billed every period that was over, and held what somebody had to look at', async () => {
      const { billRun } = await desk.operator<{ billRun: BillRun }>(RUN, { id: desk.demo.billRunId });
      const { agreements, billed, held } = billRun.progress;
      expect(billRun).toMatchObject({
        status: 'COMPLETED',
        startedBy: 'demo-seeder',
        progress: { done: agreements, unchanged: 0, failed: [] },
      });
      expect({ billed, held }).toEqual({ billed: agreements - 1, held: 1 });
      await expect(desk.customer(RUN, { id: desk.demo.billRunId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });

      const { billingExceptions } = await desk.operator<{ billingExceptions: { nodes: BillingException[] } }>(
        `{ billingExceptions(status: RESOLVED, code: "READINGS_ESTIMATED") { nodes { agreement { id } periodStart } } }`,
      );
      expect(billingExceptions.nodes.map(({ agreement }) => agreement.id)).toContain(waterAgreement.id);
    });

    it('issues no bill twice when it is run again', async () => {
      const before = await billIds();
      const { startBillRun: run } = await desk.operator<{ startBillRun: { id: string } }>(
        'mutation { startBillRun(reason: "again") { id status } }',
      );
      const progress = await eventually('the end of the run', async () => {
        const { billRun } = await desk.operator<{ billRun: BillRun }>(RUN, run);
        expect(billRun.status).toBe('COMPLETED');
        return billRun.progress;
      });
      expect(progress).toMatchObject({
        done: progress.agreements,
        unchanged: progress.agreements,
        billed: 0,
      });
      expect(await billIds()).toEqual(before);
    });

    const billIds = async () =>
      (
        await desk.operator<{ bills: { nodes: { id: string }[] } }>('{ bills(first: 100) { nodes { id } } }')
      ).bills.nodes.map(({ id }) => id);
  });
}

interface BillRun {
  status: string;
  startedBy: string;
  progress: { agreements: number; done: number; billed: number; held: number; unchanged: number };
}
interface BillingException {
  agreement: { id: string };
}

const RUN = `query ($id: ID!) { billRun(id: $id) {
  status startedBy progress { agreements done billed held unchanged failed { code count } }
} }`;
