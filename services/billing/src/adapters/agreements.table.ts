import { Inject, Injectable } from '@nestjs/common';
import type { AgreementEnded, AgreementStarted, AgreementTermsChanged } from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import { termsOf, type Terms } from '../domain/billing-cycle/terms.ts';
import { agreementOf, SELECT_AGREEMENTS, type AgreementRow } from './agreement-rows.ts';

/**
 * Who pays for which usage point, on which terms, from when to when? The facts of an agreement may come in any order and
 * again.
 */
@Injectable()
export class Agreements {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<Agreement | undefined> {
    const { rows } = await this.pool.query<AgreementRow>(`${SELECT_AGREEMENTS} id = $1`, [id]);
    return rows.map(agreementOf)[0];
  }
}

export async function noteStart(client: pg.PoolClient, fact: AgreementStarted): Promise<void> {
  const { agreementId, customerId, usagePointId, startsOn, billingDay, billingMonths } = fact;
  await client.query(
    `INSERT INTO agreement (id, customer_id, usage_point_id, starts_on, billing_day, billing_months)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET
       starts_on = EXCLUDED.starts_on, billing_day = EXCLUDED.billing_day, billing_months = EXCLUDED.billing_months`,
    [agreementId, customerId, usagePointId, startsOn, billingDay, billingMonths || 1],
  );
  await noteTerms(client, agreementId, startsOn, 0, termsOf(fact));
}

export async function noteChange(client: pg.PoolClient, fact: AgreementTermsChanged): Promise<void> {
  await noteTerms(client, fact.agreementId, fact.from, fact.change, termsOf(fact.terms!));
}

export async function noteEnd(client: pg.PoolClient, fact: AgreementEnded): Promise<void> {
  await client.query(
    `INSERT INTO agreement (id, customer_id, usage_point_id, ends_on) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET ends_on = EXCLUDED.ends_on`,
    [fact.agreementId, fact.customerId, fact.usagePointId, fact.endsOn],
  );
}

/** Of several terms for the same day the highest change counts, whatever the order in which they are told. */
async function noteTerms(
  client: pg.PoolClient,
  agreementId: string,
  from: string,
  change: number,
  terms: Terms,
): Promise<void> {
  await client.query(
    `INSERT INTO agreement_terms AS known (agreement_id, effective_from, change, terms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (agreement_id, effective_from) DO UPDATE SET change = EXCLUDED.change, terms = EXCLUDED.terms
     WHERE known.change < EXCLUDED.change`,
    [agreementId, from, change, JSON.stringify(terms)],
  );
}
