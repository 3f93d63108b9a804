import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillRunStatus } from '../domain/bill-run/bill-run.ts';
import { progressOf, type BillRunProgress } from './bill-run-slices.table.ts';

export interface BillRunRow {
  id: string;
  status: BillRunStatus;
  issuedAt: Date;
  dueBy: string | null;
  startedBy: string;
  reason: string;
  completedAt: Date | null;
  /** Undefined until the run is cut into slices, and where it found no agreement. */
  progress?: BillRunProgress | undefined;
}

export interface BillRunPage {
  limit: number;
  after: { issuedAt: Date; id: string } | undefined;
}

/** Which bill runs were there, and how far are they? */
@Injectable()
export class BillRuns {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<BillRunRow | undefined> {
    return (await this.where('id = $1', 1, id))[0];
  }

  /** Latest first, one more than the page holds if there is one. */
  async page({ limit, after }: BillRunPage): Promise<BillRunRow[]> {
    return after
      ? this.where('(issued_at, id) < ($1, $2)', limit + 1, after.issuedAt, after.id)
      : this.where('true', limit + 1);
  }

  /** The run that has not been completed, if there is one. */
  async underWay(): Promise<BillRunRow | undefined> {
    return (await this.where(`status <> 'COMPLETED'`, 1))[0];
  }

  private async where(condition: string, limit: number, ...values: (string | Date)[]): Promise<BillRunRow[]> {
    const { rows } = await this.pool.query<BillRunRow>(
      `SELECT id, status, issued_at AS "issuedAt", due_by AS "dueBy", started_by AS "startedBy", reason,
         completed_at AS "completedAt"
       FROM bill_run WHERE ${condition} ORDER BY issued_at DESC, id DESC LIMIT ${limit}`,
      values,
    );
    const progress = await progressOf(
      this.pool,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({ ...row, progress: progress.get(row.id) }));
  }
}
