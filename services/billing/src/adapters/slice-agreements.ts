import type { ServiceKind } from '@metermesh/metering';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import { agreementOf, SELECT_AGREEMENTS, type AgreementRow } from './agreement-rows.ts';
import type { Slice } from './bill-run-slices.table.ts';

/** An agreement as a bill run finds it. */
export interface SliceAgreement {
  readonly agreement: Agreement;
  /** Undefined where its registration is still on the way. */
  readonly usagePoint: { readonly timeZone: string; readonly serviceKind: ServiceKind } | undefined;
  /** Starts of the periods that have a bill that counts. */
  readonly billedPeriods: ReadonlySet<string>;
  /** Starts of the periods that have a stream, but no such bill: held ones, mostly. */
  readonly openPeriods: ReadonlySet<string>;
  /** How many of the bills were issued at the time that the run issues with: by itself, before it was interrupted. */
  readonly billedByRun: number;
}

interface CyclesRow {
  agreementId: string;
  /** Of each cycle its start and `+` where it is billed, `-` where it is not. */
  cycles: string;
  billedByRun: number;
}

const CYCLE_LENGTH = 'YYYY-MM-DD+'.length;

/** All agreements of a slice with what is known of them, in a few queries whatever their number. */
export async function agreementsOf(
  pool: pg.Pool,
  { firstAgreementId, lastAgreementId }: Slice,
  issuedAt: Date,
): Promise<SliceAgreement[]> {
  const range = [firstAgreementId, lastAgreementId];
  const [agreements, usagePoints, cycles] = await Promise.all([
    pool.query<AgreementRow>(`${SELECT_AGREEMENTS} id BETWEEN $1 AND $2 ORDER BY id`, range),
    pool.query<{ id: string; timeZone: string; serviceKind: ServiceKind }>(
      `SELECT id, time_zone AS "timeZone", service_kind AS "serviceKind" FROM usage_point
       WHERE id IN (SELECT usage_point_id FROM agreement WHERE id BETWEEN $1 AND $2)`,
      range,
    ),
    pool.query<CyclesRow>(
      `SELECT agreement_id AS "agreementId", count(*) FILTER (WHERE billed_at = $3)::integer AS "billedByRun",
         string_agg(period_start || CASE status WHEN 'BILLED' THEN '+' ELSE '-' END, '') AS cycles
       FROM billing_cycle WHERE agreement_id BETWEEN $1 AND $2 GROUP BY agreement_id`,
      [...range, issuedAt],
    ),
  ]);
  const usagePointOf = new Map(usagePoints.rows.map(({ id, ...usagePoint }) => [id, usagePoint]));
  const cyclesOf = new Map(cycles.rows.map((row) => [row.agreementId, row]));
  return agreements.rows.map((row) => {
    const known = cyclesOf.get(row.id);
    return {
      // Of terms that are not there yet billing has to say so.
      agreement: agreementOf({ ...row, terms: row.terms ?? [] }),
      usagePoint: usagePointOf.get(row.usagePointId),
      billedPeriods: periodsMarked('+', known?.cycles),
      openPeriods: periodsMarked('-', known?.cycles),
      billedByRun: known?.billedByRun ?? 0,
    };
  });
}

function periodsMarked(mark: '+' | '-', cycles: string = ''): ReadonlySet<string> {
  const starts = new Set<string>();
  for (let at = 0; at < cycles.length; at += CYCLE_LENGTH)
    if (cycles[at + CYCLE_LENGTH - 1] === mark) starts.add(cycles.slice(at, at + CYCLE_LENGTH - 1));
  return starts;
}
