import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { DepositEvent } from '../domain/receivables/deposit.ts';

export interface DepositRow {
  id: string;
  customerId: string;
  currency: string;
  held: string;
  interest: string;
  receivedOn: string;
  method: string;
}

const SELECT = `SELECT id, customer_id AS "customerId", currency, trim_scale(held)::text AS held,
  trim_scale(interest)::text AS interest, received_on AS "receivedOn", method FROM deposit`;

/** Which securities are held for whom? */
@Injectable()
export class Deposits {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<DepositRow | undefined> {
    const { rows } = await this.pool.query<DepositRow>(`${SELECT} WHERE id = $1`, [id]);
    return rows[0];
  }

  async ofCustomer(customerId: string): Promise<DepositRow[]> {
    const { rows } = await this.pool.query<DepositRow>(`${SELECT} WHERE customer_id = $1 ORDER BY id`, [
      customerId,
    ]);
    return rows;
  }

  /** In order of id: those in which something is held. */
  async page(after: string, limit: number): Promise<DepositRow[]> {
    const { rows } = await this.pool.query<DepositRow>(
      `${SELECT} WHERE held > 0 AND id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
    return rows;
  }
}

export async function changeDeposit(client: pg.PoolClient, event: DepositEvent): Promise<void> {
  const add = (amount: string) =>
    client.query('UPDATE deposit SET held = held + $2 WHERE id = $1', [event.depositId, amount]);
  switch (event.$typeName) {
    case 'metermesh.billing.v1.DepositReceived':
      return void (await client.query(
        `INSERT INTO deposit (id, customer_id, currency, held, received_on, method) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING`,
        [event.depositId, event.customerId, event.currency, event.amount, event.receivedOn, event.method],
      ));
    case 'metermesh.billing.v1.DepositInterestCredited':
      return void (await client.query('UPDATE deposit SET held = held + $2, interest = $3 WHERE id = $1', [
        event.depositId,
        event.amount,
        event.credited,
      ]));
    case 'metermesh.billing.v1.DepositReleased':
      return void (await add(event.amount));
    case 'metermesh.billing.v1.DepositApplied':
    case 'metermesh.billing.v1.DepositRefunded':
      return void (await add(`-${event.amount}`));
  }
}
