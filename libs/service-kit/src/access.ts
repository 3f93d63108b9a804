import { Inject, Injectable } from '@nestjs/common';
import { type AgreementEnded, type AgreementStarted } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
import type pg from 'pg';
import type { Claims, Role } from './claims.ts';
import { DATABASE } from './database.ts';

/** Local dates between which a caller may see a usage point's data; no end: until now. */
export interface AccessWindow {
  startsOn: string;
  endsOn?: string;
}

/** What staff may see. */
export const ALWAYS: readonly AccessWindow[] = [{ startsOn: '0001-01-01' }];
const STAFF: readonly Role[] = ['operator', 'supervisor'];

export const isStaff = (claims: Claims): boolean => claims.roles.some((role) => STAFF.includes(role));

/** A refusal unless the caller has one of the roles. */
export function requireRole(claims: Claims, ...roles: Role[]): Refusal | undefined {
  if (claims.roles.some((role) => roles.includes(role))) return undefined;
  return refuse(
    'FORBIDDEN',
    `This needs the role ${roles.join(' or ')}; the token has ${claims.roles.join(', ') || 'none'}.`,
  );
}

/**
 * Who may see which usage point: staff all, a customer those of his agreements and only for their time. Fed by the facts
 * of customer-care; each service keeps its own copy.
 */
@Injectable()
export class UsagePointAccess {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async windows(claims: Claims, usagePointId: string): Promise<readonly AccessWindow[] | Refusal> {
    if (isStaff(claims)) return ALWAYS;
    if (claims.customerId) {
      const { rows } = await this.pool.query<{ starts_on: string; ends_on: string | null }>(
        `SELECT starts_on, ends_on FROM service_kit.usage_point_access
         WHERE customer_id = $1 AND usage_point_id = $2 ORDER BY starts_on`,
        [claims.customerId, usagePointId],
      );
      if (rows.length > 0) return rows.map(windowOf);
    }
    return refuse('FORBIDDEN', `Usage point ${usagePointId} is not among those of the one who asks.`);
  }

  /** Usage points of the customer who asks; undefined for staff, who see all. */
  async visibleUsagePoints(claims: Claims): Promise<readonly string[] | undefined> {
    const windows = await this.allWindows(claims);
    return windows && [...windows.keys()];
  }

  /** What {@link windows} answers for every usage point of the customer who asks; undefined for staff, who see all. */
  async allWindows(claims: Claims): Promise<ReadonlyMap<string, readonly AccessWindow[]> | undefined> {
    if (isStaff(claims)) return undefined;
    const { rows } = await this.pool.query<{
      usage_point_id: string;
      starts_on: string;
      ends_on: string | null;
    }>(
      `SELECT usage_point_id, starts_on, ends_on FROM service_kit.usage_point_access
       WHERE customer_id = $1 ORDER BY usage_point_id, starts_on`,
      [claims.customerId ?? null],
    );
    const byUsagePoint = Map.groupBy(rows, (row) => row.usage_point_id);
    return new Map([...byUsagePoint].map(([id, agreements]) => [id, agreements.map(windowOf)]));
  }

  async agreementStarted(client: pg.PoolClient, fact: AgreementStarted): Promise<void> {
    await client.query(
      `INSERT INTO service_kit.usage_point_access (agreement_id, customer_id, usage_point_id, starts_on)
       VALUES ($1, $2, $3, $4) ON CONFLICT (agreement_id) DO UPDATE SET starts_on = EXCLUDED.starts_on`,
      [fact.agreementId, fact.customerId, fact.usagePointId, fact.startsOn],
    );
  }

  /** Facts of one agreement may come in either order. */
  async agreementEnded(client: pg.PoolClient, fact: AgreementEnded): Promise<void> {
    await client.query(
      `INSERT INTO service_kit.usage_point_access (agreement_id, customer_id, usage_point_id, starts_on, ends_on)
       VALUES ($1, $2, $3, $4, $4) ON CONFLICT (agreement_id) DO UPDATE SET ends_on = EXCLUDED.ends_on`,
      [fact.agreementId, fact.customerId, fact.usagePointId, fact.endsOn],
    );
  }
}

function windowOf(row: { starts_on: string; ends_on: string | null }): AccessWindow {
  return { startsOn: row.starts_on, endsOn: row.ends_on ?? undefined };
}
