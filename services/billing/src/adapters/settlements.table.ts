import { Inject, Injectable } from '@nestjs/common';
import { CreditSource, type ReceivableSettled, type SettlementReleased } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { decimalString, exact } from '../domain/rating/exact.ts';

export interface SettlementRow {
  billId: string;
  source: 'PAYMENT' | 'DEPOSIT' | 'PREPAYMENT' | 'BILL';
  sourceId: string;
  amount: string;
  valueOn: string;
}

const SELECT = `SELECT bill_id AS "billId", source, source_id AS "sourceId", trim_scale(amount)::text AS amount, value_on AS "valueOn" FROM settlement`;

/** What has paid which bill? */
@Injectable()
export class Settlements {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async ofBills(billIds: readonly string[]): Promise<Map<string, SettlementRow[]>> {
    const { rows } = await this.pool.query<SettlementRow>(
      `${SELECT} WHERE bill_id = ANY ($1) ORDER BY value_on, source, source_id`,
      [billIds],
    );
    return Map.groupBy(rows, ({ billId }) => billId);
  }

  async ofPayments(references: readonly string[]): Promise<Map<string, SettlementRow[]>> {
    const { rows } = await this.pool.query<SettlementRow>(
      `${SELECT} WHERE source = 'PAYMENT' AND source_id = ANY ($1) ORDER BY bill_id`,
      [references],
    );
    return Map.groupBy(rows, ({ sourceId }) => sourceId);
  }
}

export async function addSettlement(
  client: pg.PoolClient,
  event: ReceivableSettled | SettlementReleased,
): Promise<void> {
  const isRelease = event.$typeName === 'metermesh.billing.v1.SettlementReleased';
  const amount = isRelease ? decimalString(exact(event.amount).negated()) : event.amount;
  await client.query(
    `INSERT INTO settlement AS known (bill_id, source, source_id, amount, value_on) VALUES ($1, $2, $3, $4, coalesce($5, now()::date))
     ON CONFLICT (bill_id, source, source_id) DO UPDATE SET amount = known.amount + EXCLUDED.amount,
       value_on = greatest(known.value_on, $5)`,
    [event.billId, sourceName(event.source), event.sourceId, amount, isRelease ? null : event.valueOn],
  );
  await client.query('DELETE FROM settlement WHERE bill_id = $1 AND amount = 0', [event.billId]);
}

const sourceName = (source: CreditSource): string =>
  Object.entries(CreditSource).find(([, value]) => value === source)![0];
