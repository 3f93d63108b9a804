import { Inject, Injectable } from '@nestjs/common';
import {
  PaymentMode,
  type AgreementEnded,
  type AgreementStarted,
  type AgreementTerms,
  type AgreementTermsChanged,
} from '@metermesh/contracts';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';
import { startingTerms } from '../domain/terms.ts';

export interface AgreementRow {
  id: string;
  customerId: string;
  usagePointId: string;
  /** Local dates, half-open. */
  startsOn: string;
  endsOn: string | null;
  billingDay: number;
  billingMonths: number;
  /** In order of their first day; the first are those that it started with. */
  terms: TermsRow[];
}

/** Terms from a local day on, until those that come next. */
export interface TermsRow {
  from: string;
  tariffId: string;
  /** Exact decimal of kW. */
  contractKw: string | null;
  /** Local dates, half-open; null where nothing limits it. */
  discounts: { code: string; from: string | null; to: string | null }[];
  attributes: { name: string; value: string }[];
  paymentMode: 'POSTPAID' | 'PREPAID';
}

/** The terms in force on a local date; before its first day those that it starts with. */
export const termsOn = ({ terms }: AgreementRow, date: string): TermsRow =>
  terms.findLast(({ from }) => from <= date) ?? terms[0]!;

const SELECT = `SELECT id, customer_id AS "customerId", usage_point_id AS "usagePointId", starts_on AS "startsOn",
  ends_on AS "endsOn", billing_day AS "billingDay", billing_months AS "billingMonths", dated.terms
  FROM agreement CROSS JOIN LATERAL (
    SELECT jsonb_agg(terms || jsonb_build_object('from', effective_from) ORDER BY effective_from) AS terms
    FROM agreement_terms WHERE agreement_id = agreement.id
  ) AS dated`;

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
      `${SELECT}
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
      `${SELECT} WHERE ${column} = ANY ($1) ORDER BY starts_on DESC, id`,
      [keys],
    );
    return rows;
  }
}

export async function addAgreement(client: pg.PoolClient, event: AgreementStarted): Promise<void> {
  await client.query(
    `INSERT INTO agreement (id, customer_id, usage_point_id, starts_on, billing_day, billing_months)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
    [
      event.agreementId,
      event.customerId,
      event.usagePointId,
      event.startsOn,
      event.billingDay,
      event.billingMonths || 1,
    ],
  );
  await addTerms(client, event.agreementId, event.startsOn, 0, startingTerms(event));
}

export async function changeTerms(client: pg.PoolClient, event: AgreementTermsChanged): Promise<void> {
  await addTerms(client, event.agreementId, event.from, event.change, event.terms!);
}

/** Of several changes for the same day the later counts. */
async function addTerms(
  client: pg.PoolClient,
  agreementId: string,
  from: string,
  change: number,
  { tariffId, contractKw, discounts, attributes, paymentMode }: AgreementTerms,
): Promise<void> {
  const terms: Omit<TermsRow, 'from'> = {
    tariffId,
    contractKw: contractKw || null,
    discounts: discounts.map((each) => ({ code: each.code, from: each.from || null, to: each.to || null })),
    attributes: attributes.map(({ name, value }) => ({ name, value })),
    paymentMode: paymentMode === PaymentMode.PREPAID ? 'PREPAID' : 'POSTPAID',
  };
  await client.query(
    `INSERT INTO agreement_terms AS known (agreement_id, effective_from, change, terms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (agreement_id, effective_from) DO UPDATE SET change = EXCLUDED.change, terms = EXCLUDED.terms
     WHERE known.change < EXCLUDED.change`,
    [agreementId, from, change, JSON.stringify(terms)],
  );
}

export async function endAgreement(client: pg.PoolClient, event: AgreementEnded): Promise<void> {
  await client.query('UPDATE agreement SET ends_on = $2 WHERE id = $1', [event.agreementId, event.endsOn]);
}
