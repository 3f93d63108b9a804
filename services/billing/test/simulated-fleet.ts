import { localDay } from '@metermesh/metering';
import type pg from 'pg';
import { packDay } from '../src/adapters/packed-day.ts';
import { packedEventIds } from '../src/domain/billing-cycle/event-ids.ts';

/** What is simulated; the same every time. */
export interface Fleet {
  readonly agreements: number;
  readonly timeZone: string;
  /** Local dates that there are readings of. */
  readonly dates: readonly string[];
  readonly intervalSeconds: number;
  /** How many load profiles there are: agreements share them in turns. */
  readonly profiles: number;
  /** Whole units of the reading type in an interval. */
  valueAt(profile: number, instant: number): number;
  /** By the agreement's number, from 0. */
  termsOf(agreement: number): FleetTerms;
}

export interface FleetTerms {
  readonly tariffId: string;
  readonly contractKw?: string;
  /** The first date with readings where absent. */
  readonly startsOn?: string;
  /** A date whose readings are missing. */
  readonly gapOn?: string;
  /** Nobody has told billing of the usage point. */
  readonly isUnregistered?: boolean;
}

export const agreementIdOf = (agreement: number): string => `AGR-${String(agreement).padStart(8, '0')}`;
export const usagePointIdOf = (agreement: number): string => `UP-${String(agreement).padStart(8, '0')}`;

const IMPORT = 'active-energy-import';

/** Puts into billing's tables what the facts of other services would have. */
export async function seedFleet(pool: pg.Pool, fleet: Fleet): Promise<void> {
  const all = Array.from({ length: fleet.agreements }, (_, number) => ({ number, ...fleet.termsOf(number) }));
  const ids = all.map(({ number }) => agreementIdOf(number));
  const starts = all.map(({ startsOn = fleet.dates[0] }) => startsOn);
  await pool.query(
    `INSERT INTO usage_point (id, service_kind, time_zone) SELECT id, 'ELECTRICITY', $2 FROM unnest($1::text[]) AS id`,
    [all.filter((each) => !each.isUnregistered).map(({ number }) => usagePointIdOf(number)), fleet.timeZone],
  );
  await pool.query(
    `INSERT INTO agreement (id, customer_id, usage_point_id, starts_on, billing_day)
     SELECT id, 'CUST-' || usage_point_id, usage_point_id, starts_on, 1
     FROM unnest($1::text[], $2::text[], $3::date[]) AS simulated (id, usage_point_id, starts_on)`,
    [ids, all.map(({ number }) => usagePointIdOf(number)), starts],
  );
  await pool.query(
    `INSERT INTO agreement_terms (agreement_id, effective_from, change, terms)
     SELECT id, starts_on, 0, terms FROM unnest($1::text[], $2::date[], $3::jsonb[]) AS simulated (id, starts_on, terms)`,
    [
      ids,
      starts,
      all.map(({ tariffId, contractKw }) =>
        JSON.stringify({ tariffId, contractKw, discounts: [], attributes: {}, paymentMode: 'POSTPAID' }),
      ),
    ],
  );
  await seedDays(pool, fleet, all);
  await pool.query('ANALYZE');
}

async function seedDays(
  pool: pg.Pool,
  fleet: Fleet,
  all: readonly (FleetTerms & { number: number })[],
): Promise<void> {
  await pool.query('CREATE TABLE simulated_day (profile integer, local_date date, day bytea)');
  for (let profile = 0; profile < fleet.profiles; profile++) {
    await pool.query(
      'INSERT INTO simulated_day SELECT $1, local_date, day FROM unnest($2::date[], $3::bytea[]) AS simulated (local_date, day)',
      [profile, fleet.dates, fleet.dates.map((date) => packedProfileDay(fleet, profile, date))],
    );
  }
  // As they come: a day of all, then the next day of all.
  await pool.query(
    `INSERT INTO validated_day (usage_point_id, reading_type, local_date, version, day)
     SELECT simulated.usage_point_id, $1, local_date, 1, day
     FROM unnest($2::text[], $3::integer[], $4::date[], $5::date[]) AS simulated (usage_point_id, profile, starts_on, gap_on)
     JOIN simulated_day USING (profile) WHERE local_date >= starts_on AND gap_on IS DISTINCT FROM local_date
     ORDER BY local_date, simulated.usage_point_id`,
    [
      IMPORT,
      all.map(({ number }) => usagePointIdOf(number)),
      all.map(({ number }) => number % fleet.profiles),
      all.map(({ startsOn = fleet.dates[0] }) => startsOn),
      all.map(({ gapOn }) => gapOn ?? null),
    ],
  );
  await pool.query('DROP TABLE simulated_day');
}

function packedProfileDay(fleet: Fleet, profile: number, date: string): Buffer {
  const { start, end } = localDay(date, fleet.timeZone);
  const intervals = (end - start) / (fleet.intervalSeconds * 1000);
  const values = Int32Array.from({ length: intervals }, (_, slot) =>
    fleet.valueAt(profile, start + slot * fleet.intervalSeconds * 1000),
  );
  const number = `${date.replaceAll('-', '')}${String(profile).padStart(4, '0')}`;
  return packDay({
    date,
    version: 1n,
    eventIds: packedEventIds([`00000000-0000-4000-8000-${number}`, `00000000-0000-4000-9000-${number}`]),
    eventPosition: `0000000000000400-0000${number}`,
    startsAt: start,
    intervalSeconds: fleet.intervalSeconds,
    intervals,
    values,
    qualities: new Uint8Array(0),
    quantity: values.reduce((sum, value) => sum + value, 0),
    missingIntervals: 0,
    suspectIntervals: 0,
    estimatedIntervals: 0,
  });
}
