import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Query } from '../../tools/demo/graphql-client.ts';
import type { BillingDesk } from './billing-desk.ts';
import { rate } from './rate.ts';

/** What a customer asks about his bills. */
export function describeCustomerQuestions(open: () => BillingDesk): void {
  let desk: BillingDesk;
  beforeAll(() => {
    desk = open();
  });

  describe('a customer', () => {
    it('compares what he pays with what he would pay on other tariffs', async () => {
      const { compareTariffs } = await desk.customer<{ compareTariffs: Comparison }>(COMPARE, {
        id: desk.demo.agreementId,
      });
      const { current, results, months } = compareTariffs;
      const bill = (await desk.bill(desk.demo.billId))!;
      expect(months).toHaveLength(1);
      expect(current).toMatchObject({ tariffId: bill.tariffId, total: bill.total });
      const other = results.find(({ tariffId }) => tariffId === 'kepco/residential-high-voltage')!;
      const { quantity: kWh } = bill.determinants[0]!;
      const rated = await rate(other.tariffId, {
        start: bill.periodStart,
        end: bill.periodEnd,
        usage: { kWh },
      });
      expect(other).toMatchObject({
        total: rated.total,
        difference: String(Number(rated.total) - Number(bill.total)),
      });
      await expect(desk.stranger(COMPARE, { id: desk.demo.agreementId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    });

    it('sees what the running period comes to so far', async () => {
      const { periodEnd } = (await desk.bill(desk.demo.billId))!;
      const asked = { id: desk.demo.agreementId, start: periodEnd };
      const { previewBill } = await desk.customer<{ previewBill: { total: string; periodStart: string } }>(
        PREVIEW,
        asked,
      );
      expect(previewBill.periodStart).toBe(periodEnd);
      expect(Number(previewBill.total)).toBeGreaterThanOrEqual(0);
      await expect(desk.stranger(PREVIEW, asked)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('disputes a bill, and is answered', async () => {
      const dispute = (query: Query) =>
        query('mutation ($id: ID!) { disputeBill(id: $id, reason: "I was away.") { isDisputed } }', {
          id: desk.demo.billId,
        });
      await expect(dispute(desk.stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(await dispute(desk.customer)).toEqual({ disputeBill: { isDisputed: true } });
      const resolve = (query: Query) =>
        query(
          'mutation ($id: ID!) { resolveDispute(id: $id, outcome: REJECTED, note: "The readings are complete.") { isDisputed disputes { reason outcome resolvedBy } } }',
          { id: desk.demo.billId },
        );
      await expect(resolve(desk.customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(await resolve(desk.operator)).toEqual({
        resolveDispute: {
          isDisputed: false,
          disputes: [{ reason: 'I was away.', outcome: 'REJECTED', resolvedBy: 'an-operator' }],
        },
      });
    });
  });
}

interface Comparison {
  months: object[];
  current: { tariffId: string; total: string };
  results: { tariffId: string; total: string; difference: string }[];
}

const COMPARE = `query ($id: ID!) {
  compareTariffs(agreementId: $id, tariffIds: ["kepco/residential-low-voltage", "kepco/residential-high-voltage"]) {
    months { periodStart } current { tariffId total } results { tariffId total difference }
  }
}`;
const PREVIEW = `query ($id: ID!, $start: Date!) { previewBill(agreementId: $id, periodStart: $start) { periodStart total } }`;
