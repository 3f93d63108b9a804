import { decodeEvent, type BillingDeterminantsFixed, type BillIssued } from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import type pg from 'pg';
import { sourcesOf } from '../domain/billing-cycle/determinant-sources.ts';

/** A bill as its events tell it. */
export interface IssuedBill {
  readonly issued: BillIssued;
  /** What it rests on, not decoded: few are asked. Undefined where it came with an earlier batch. */
  readonly fixed?: RecordedEvent | undefined;
}

interface Check {
  agreementId: string;
  periodStart: string;
  newerDaysOnly: boolean;
}

/**
 * Changes that came while a cycle was being billed, after its basis was read and before its bill was there to be checked: what
 * waits for one of these bills is due now. Where only days have changed it is forgotten, unless a day has a higher version than
 * the one that was billed.
 */
export async function lookAtLateChanges(client: pg.PoolClient, bills: readonly IssuedBill[]): Promise<void> {
  const { rows } = await client.query<Check>(
    `SELECT agreement_id AS "agreementId", period_start AS "periodStart", newer_days_only AS "newerDaysOnly" FROM rebill_check
     WHERE (agreement_id, period_start) IN (SELECT * FROM unnest($1::text[], $2::date[]))
     ORDER BY agreement_id, period_start FOR UPDATE`,
    [bills.map(({ issued }) => issued.agreementId), bills.map(({ issued }) => issued.period!.start)],
  );
  if (rows.length === 0) return;
  const byCycle = new Map(
    bills.map((bill) => [cycleOf(bill.issued.agreementId, bill.issued.period!.start), bill]),
  );
  const needless = await restingOnHighest(
    client,
    rows.flatMap(({ agreementId, periodStart, newerDaysOnly }) => {
      const bill = byCycle.get(cycleOf(agreementId, periodStart));
      return newerDaysOnly && bill?.fixed ? [{ issued: bill.issued, fixed: bill.fixed }] : [];
    }),
  );
  const isNeedless = ({ agreementId, periodStart }: Check) => needless.has(cycleOf(agreementId, periodStart));
  await forEach(client, 'DELETE FROM rebill_check AS known USING', rows.filter(isNeedless));
  await forEach(
    client,
    'UPDATE rebill_check AS known SET due_at = now() FROM',
    rows.filter((row) => !isNeedless(row)),
  );
}

/** The cycles among these whose bill rests on the highest version of each day. */
async function restingOnHighest(
  client: pg.PoolClient,
  bills: readonly Required<IssuedBill>[],
): Promise<ReadonlySet<string>> {
  const used = bills.flatMap(({ issued, fixed }) =>
    decodeEvent<BillingDeterminantsFixed>(fixed!).determinants.flatMap((determinant) => {
      const sources = sourcesOf(determinant);
      if (sources.length === 0) return [];
      const versions = sources.reduce((sum, { version }) => sum + version, 0n);
      return [{ issued, readingType: determinant.code, versions: versions.toString() }];
    }),
  );
  // Versions only grow, and days do not go: the sum is the same only where each of them is.
  const { rows } = await client.query<{ agreementId: string; periodStart: string }>(
    `SELECT agreement_id AS "agreementId", period_start AS "periodStart"
     FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::numeric[])
       AS used (agreement_id, usage_point_id, reading_type, period_start, period_end, versions)
     WHERE used.versions <> (
       SELECT coalesce(sum(day.version), 0) FROM validated_day AS day
       WHERE day.usage_point_id = used.usage_point_id AND day.reading_type = used.reading_type
         AND day.local_date >= used.period_start AND day.local_date < used.period_end
     )`,
    [
      used.map(({ issued }) => issued.agreementId),
      used.map(({ issued }) => issued.usagePointId),
      used.map(({ readingType }) => readingType),
      used.map(({ issued }) => issued.period!.start),
      used.map(({ issued }) => issued.period!.end),
      used.map(({ versions }) => versions),
    ],
  );
  const outdated = new Set(rows.map(({ agreementId, periodStart }) => cycleOf(agreementId, periodStart)));
  const all = bills.map(({ issued }) => cycleOf(issued.agreementId, issued.period!.start));
  return new Set(all.filter((cycle) => !outdated.has(cycle)));
}

async function forEach(client: pg.PoolClient, change: string, checks: readonly Check[]): Promise<void> {
  if (checks.length === 0) return;
  await client.query(
    `${change} unnest($1::text[], $2::date[]) AS cycle (agreement_id, period_start)
     WHERE known.agreement_id = cycle.agreement_id AND known.period_start = cycle.period_start`,
    [checks.map(({ agreementId }) => agreementId), checks.map(({ periodStart }) => periodStart)],
  );
}

const cycleOf = (agreementId: string, periodStart: string): string => `${agreementId} ${periodStart}`;
