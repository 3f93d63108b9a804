import { Inject, Injectable } from '@nestjs/common';
import type { AgreementEnded, AgreementStarted } from '@metermesh/contracts';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';

export interface AgreementRow {
  id: string;
  customerId: string;
  usagePointId: string;
  tariffId: string;
  /** Local dates, half-open. */
  startsOn: string;
  endsOn: string | null;
  billingDay: number;
}

const COLUMNS = `id, customer_id AS "customerId", usage_point_id AS "usagePointId", tariff_id AS "tariffId",
  starts_on AS "startsOn", ends_on AS "endsOn", billing_day AS "billingDay"`;

/** Who pays for which usage point, on which tariff, from when to when? */
@Injectable()
export class Agreements {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async get(id: string): Promise<AgreementRow | undefined> {
    return (await this.byId([id])).get(id);
  }

  async byId(ids: readonly string[]): Promise<Map<string, AgreementRow>> {
    return new Map((await this.where('id', ids)).map((row) => [row.id, row]));
  }

  /** Latest first. */
  async ofCustomers(ids: readonly string[]): Promise<Map<string, AgreementRow[]>> {
    return Map.groupBy(await this.where('customer_id', ids), (row) => row.customerId);
  }

  /** Latest first. */
  async ofUsagePoints(ids: readonly string[]): Promise<Map<string, AgreementRow[]>> {
    return Map.groupBy(await this.where('usage_point_id', ids), (row) => row.usagePointId);
  }

  /** One more row than the page holds, if there is one. @param only the one customer whose are listed, undefined: all */
  async page({ limit, after }: Page, only: string | undefined): Promise<AgreementRow[]> {
    const { rows } = await this.pool.query<AgreementRow>(
      `SELECT ${COLUMNS} FROM agreement
       WHERE ($1::text IS NULL OR id > $1) AND ($2::text IS NULL OR customer_id = $2) ORDER BY id LIMIT $3`,
      [after ?? null, only ?? null, limit + 1],
    );
    return rows;
  }

  private async where(
    column: 'id' | 'customer_id' | 'usage_point_id',
    keys: readonly string[],
  ): Promise<AgreementRow[]> {
    const { rows } = await this.pool.query<AgreementRow>(
      `SELECT ${COLUMNS} FROM agreement WHERE ${column} = ANY ($1) ORDER BY starts_on DESC, id`,
      [keys],
    );
    return rows;
  }
}

export async function addAgreement(client: pg.PoolClient, event: AgreementStarted): Promise<void> {
  await client.query(
    `INSERT INTO agreement (id, customer_id, usage_point_id, tariff_id, starts_on, billing_day)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
    [
      event.agreementId,
      event.customerId,
      event.usagePointId,
      event.tariffId,
      event.startsOn,
      event.billingDay,
    ],
  );
}

export async function endAgreement(client: pg.PoolClient, event: AgreementEnded): Promise<void> {
  await client.query('UPDATE agreement SET ends_on = $2 WHERE id = $1', [event.agreementId, event.endsOn]);
}
