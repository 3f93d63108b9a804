import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meterIn, type Neighbourhood } from '../../tools/demo/neighbourhood.ts';
import type { Query } from '../../tools/demo/graphql-client.ts';
import { pushValues } from '../../tools/demo/push-values.ts';
import { eventually, type BillingDesk } from './billing-desk.ts';
import { rate } from './rate.ts';

/** Corrected readings make corrected bills. */
export function describeRebills(open: () => BillingDesk): void {
  let desk: BillingDesk;
  beforeAll(() => {
    desk = open();
  });

  describe('a corrected reading', () => {
    it('has led to one proposal with the right difference; issued, it leaves both bills readable', async () => {
      const [proposal, ...others] = await proposals('AGR-03');
      expect(others).toEqual([]);
      const { bill, periodStart, periodEnd, changedDays } = proposal!;
      const known = (await desk.bill(bill.id))!;
      const corrected = changedDays.reduce(
        (sum, day) => sum + Number(day.quantity) - Number(day.previousQuantity),
        Number(known.determinants[0]!.quantity),
      );
      const rated = await rate(known.tariffId, {
        start: periodStart,
        end: periodEnd,
        usage: { kWh: corrected.toFixed(3) },
      });
      expect(changedDays).toHaveLength(1);
      expect(proposal).toMatchObject({
        id: desk.demo.rebillProposalId,
        status: 'OPEN',
        previousTotal: known.total,
        total: rated.total,
        difference: String(Number(rated.total) - Number(known.total)),
      });

      const issue = (query: Query) =>
        query<{ issueRebill: { bill: { id: string } } }>(
          'mutation ($id: ID!) { issueRebill(proposalId: $id, reason: "The meter was read again.") { bill { id } } }',
          { id: proposal!.id },
        );
      const owner = await desk.customerOf('AGR-03');
      await expect(issue(owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const before = new Date().toISOString();
      const { issueRebill } = await issue(desk.operator);
      expect(await desk.bill(bill.id, owner)).toMatchObject({
        status: 'CANCELLED',
        total: known.total,
        lines: known.lines,
        replacedBy: { id: issueRebill.bill.id },
      });
      expect(await desk.bill(issueRebill.bill.id, owner)).toMatchObject({
        status: 'ISSUED',
        total: rated.total,
      });
      expect(await desk.bill(bill.id, owner, before)).toMatchObject({ status: 'ISSUED', replacedBy: null });
      expect(await desk.bill(issueRebill.bill.id, owner, before)).toBeNull();
      expect(await billAsOf('AGR-03', periodStart, before)).toBe(bill.id);
      expect(await billAsOf('AGR-03', periodStart, new Date().toISOString())).toBe(issueRebill.bill.id);
    });

    it('that a meter pushes is noticed by itself, and may be left at that', async () => {
      const { periodStart } = (await desk.bill(desk.demo.billId))!;
      const { settings, headEnd } = desk.running;
      const { neighbourhood } = JSON.parse(readFileSync(join(settings.data, 'demo-state.json'), 'utf8')) as {
        neighbourhood: Neighbourhood;
      };
      const place = neighbourhood.places.find(({ agreementId }) => agreementId === 'AGR-06')!;
      const noon = Date.parse(`${periodStart}T12:00:00+09:00`);
      await pushValues(headEnd, meterIn(neighbourhood, place), noon, [1500, 1600]);
      const [proposal] = await eventually('the proposal', async () => {
        const found = await proposals('AGR-06');
        expect(found).toHaveLength(1);
        return found;
      });
      expect(proposal!.changedDays.map(({ date }) => date)).toEqual([periodStart]);
      const { dismissRebill } = await desk.supervisor<{ dismissRebill: { status: string } }>(
        'mutation ($id: ID!) { dismissRebill(proposalId: $id, reason: "A test of the meter.") { status } }',
        { id: proposal!.id },
      );
      expect(dismissRebill.status).toBe('DISMISSED');
      expect((await desk.bill(proposal!.bill.id))!.status).toBe('ISSUED');
    });

    async function proposals(agreementId: string): Promise<Proposal[]> {
      const { rebillProposals } = await desk.operator<{ rebillProposals: { nodes: Proposal[] } }>(PROPOSALS);
      return rebillProposals.nodes.filter(({ agreement }) => agreement.id === agreementId);
    }

    async function billAsOf(agreementId: string, periodStart: string, asOf: string) {
      const { billAsOf } = await desk.operator<{ billAsOf: { id: string } | null }>(
        `query ($agreementId: ID!, $periodStart: Date!, $asOf: DateTime!) {
            billAsOf(agreementId: $agreementId, periodStart: $periodStart, asOf: $asOf) { id } }`,
        { agreementId, periodStart, asOf },
      );
      return billAsOf?.id;
    }
  });
}

interface Proposal {
  id: string;
  agreement: { id: string };
  bill: { id: string };
  periodStart: string;
  periodEnd: string;
  changedDays: { date: string; previousQuantity: string; quantity: string }[];
}

const PROPOSALS = `{ rebillProposals(first: 20) { nodes {
  id status agreement { id } bill { id } periodStart periodEnd previousTotal total difference
  changedDays { date previousQuantity quantity }
} } }`;
