import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { RebillProposed } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { ProposalStatus } from '../domain/billing-cycle/billing-cycle.ts';
import type { ListedProposal } from '../projections/rebill-proposal.ts';
import type { PeriodPage } from './period-page.ts';

const SELECT = `SELECT id, agreement_id AS "agreementId", customer_id AS "customerId", usage_point_id AS "usagePointId",
  period_start AS "periodStart", period_end AS "periodEnd", bill_id AS "billId", status, currency,
  previous_total::text AS "previousTotal", total::text, difference::text, proposed_at AS "proposedAt",
  proposed_by AS "proposedBy" FROM rebill_proposal`;

/** Which bills should be replaced, and what came of it? */
@Injectable()
export class RebillProposals {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<ListedProposal | undefined> {
    const { rows } = await this.pool.query<ListedProposal>(`${SELECT} WHERE id = $1`, [id]);
    return rows[0];
  }

  /** Refusal: `REBILL_NOT_FOUND`. */
  async known(id: string): Promise<ListedProposal | Refusal> {
    const proposal = await this.byId(id);
    return proposal ?? refuse('REBILL_NOT_FOUND', `There is no proposal of a rebill ${JSON.stringify(id)}.`);
  }

  /** Latest period first, one more than the page holds if there is one. */
  async page({ limit, after }: PeriodPage, status?: ProposalStatus | null): Promise<ListedProposal[]> {
    const { rows } = await this.pool.query<ListedProposal>(
      `${SELECT} WHERE ($1::text IS NULL OR status = $1) AND ($2::date IS NULL OR (period_start, id) < ($2, $3))
       ORDER BY period_start DESC, id DESC LIMIT $4`,
      [status ?? null, after?.periodStart ?? null, after?.id ?? null, limit + 1],
    );
    return rows;
  }
}

export async function addProposal(client: pg.PoolClient, event: RebillProposed): Promise<void> {
  const { agreementId, period } = event;
  await endProposal(client, { agreementId, periodStart: period!.start }, 'REPLACED');
  await client.query(
    `INSERT INTO rebill_proposal (id, agreement_id, customer_id, usage_point_id, period_start, period_end, bill_id, status,
       currency, previous_total, total, difference, proposed_at, proposed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'OPEN', $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING`,
    [
      event.proposalId,
      agreementId,
      event.customerId,
      event.usagePointId,
      period!.start,
      period!.end,
      event.billId,
      event.currency,
      event.previousTotal,
      event.total,
      event.difference,
      timestampDate(event.proposedAt!),
      event.proposedBy,
    ],
  );
}

/** What becomes of a cycle's open proposal, if it has one. */
export async function endProposal(
  client: pg.PoolClient,
  { agreementId, periodStart }: { agreementId: string; periodStart: string },
  status: Exclude<ProposalStatus, 'OPEN'>,
): Promise<void> {
  await client.query(
    `UPDATE rebill_proposal SET status = $3 WHERE agreement_id = $1 AND period_start = $2 AND status = 'OPEN'`,
    [agreementId, periodStart, status],
  );
}
