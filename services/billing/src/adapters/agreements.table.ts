import { Inject, Injectable } from '@nestjs/common';
import type { AgreementEnded, AgreementStarted } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';

const COLUMNS = `id, customer_id AS "customerId", usage_point_id AS "usagePointId", tariff_id AS "tariffId",
  starts_on AS "startsOn", ends_on AS "endsOn", billing_day AS "billingDay"`;

type Row = Omit<Agreement, 'endsOn'> & { endsOn: string | null };

/** Who pays for which usage point, on which tariff, from when to when? The two facts of an agreement may come in either order. */
@Injectable()
export class Agreements {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<Agreement | undefined> {
    const { rows } = await this.pool.query<Row>(
      `SELECT ${COLUMNS} FROM agreement WHERE id = $1 AND starts_on IS NOT NULL`,
      [id],
    );
    return rows.map((row) => ({ ...row, endsOn: row.endsOn ?? undefined }))[0];
  }

  async started(fact: AgreementStarted): Promise<void> {
    await this.pool.query(
      `INSERT INTO agreement (id, customer_id, usage_point_id, tariff_id, starts_on, billing_day) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET
         tariff_id = EXCLUDED.tariff_id, starts_on = EXCLUDED.starts_on, billing_day = EXCLUDED.billing_day`,
      [fact.agreementId, fact.customerId, fact.usagePointId, fact.tariffId, fact.startsOn, fact.billingDay],
    );
  }

  async ended(fact: AgreementEnded): Promise<void> {
    await this.pool.query(
      `INSERT INTO agreement (id, customer_id, usage_point_id, ends_on) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET ends_on = EXCLUDED.ends_on`,
      [fact.agreementId, fact.customerId, fact.usagePointId, fact.endsOn],
    );
  }
}
