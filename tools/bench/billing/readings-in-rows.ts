import type pg from 'pg';

/** The same readings as one row each, partitioned by month, with what SQL needs beside them. */
export async function loadRows(
  pool: pg.Pool,
  usagePoints: number,
  holidays: readonly string[],
): Promise<void> {
  await pool.query(`
    CREATE TABLE reading (usage_point_id integer NOT NULL, start timestamptz NOT NULL, value integer NOT NULL)
      PARTITION BY RANGE (start);
    CREATE TABLE reading_2025_10 PARTITION OF reading
      FOR VALUES FROM ('2025-10-01 00:00+09') TO ('2025-11-01 00:00+09');
    CREATE TABLE place (usage_point_id integer PRIMARY KEY, time_zone text NOT NULL);
    CREATE TABLE holiday (date date PRIMARY KEY)`);
  await pool.query('INSERT INTO holiday SELECT unnest($1::date[])', [holidays]);
  await pool.query(
    `INSERT INTO place SELECT number, 'Asia/Seoul' FROM generate_series(0, $1 - 1) AS number`,
    [usagePoints],
  );
  await pool.query(
    `INSERT INTO reading
     SELECT number, start, 50 + ((extract(epoch FROM start)::bigint / 900 % 2976) * 37 + number % 100 * 101) % 500
     FROM generate_series('2025-10-01 00:00+09'::timestamptz, '2025-10-31 23:45+09', '15 minutes') AS start,
       generate_series(0, $1 - 1) AS number`,
    [usagePoints],
  );
  await pool.query('CREATE INDEX ON reading (usage_point_id, start)');
  await pool.query('VACUUM ANALYZE reading, place, holiday');
}

const PERIOD = `CASE
  WHEN date IS NOT NULL OR weekday = 7 OR hour < 8 OR hour >= 22 THEN 'off-peak'
  WHEN weekday = 6 OR hour < 11 OR hour = 12 OR hour >= 18 THEN 'mid-peak'
  ELSE 'on-peak' END`;
const OF_PERIOD = 'period, sum(value) / 1000.0 AS kwh, max(value) * 4 / 1000.0 AS kw';
const OCTOBER = `start >= '2025-10-01 00:00+09' AND start < '2025-11-01 00:00+09'`;

/**
 * kWh by period of the calendar and the highest quarter hour of each: of every reading the local time, and whether that is a holiday.
 * OFFSET 0 keeps Postgres from working these out again in every condition, which takes half as long again.
 */
export const DETERMINANTS_IN_SQL = `
  SELECT usage_point_id, ${OF_PERIOD} FROM (
    SELECT usage_point_id, value, ${PERIOD} AS period FROM (
      SELECT usage_point_id, value, local::date AS day, extract(isodow FROM local)::integer AS weekday,
        extract(hour FROM local)::integer AS hour
      FROM (
        SELECT usage_point_id, value, start AT TIME ZONE time_zone AS local
        FROM reading JOIN place USING (usage_point_id) WHERE ${OCTOBER} OFFSET 0
      ) AS placed OFFSET 0
    ) AS dated LEFT JOIN holiday ON date = day
  ) AS sorted
  GROUP BY usage_point_id, period`;

/** The same where all usage points lie in one time zone and somebody has thought of it: the month's quarter hours are looked up. */
export const DETERMINANTS_BY_SLOT = `
  WITH slot AS MATERIALIZED (
    SELECT start, ${PERIOD} AS period
    FROM generate_series('2025-10-01 00:00+09'::timestamptz, '2025-10-31 23:45+09', '15 minutes') AS start
    CROSS JOIN LATERAL (SELECT start AT TIME ZONE 'Asia/Seoul' AS local) AS placed
    CROSS JOIN LATERAL (SELECT extract(isodow FROM local) AS weekday, extract(hour FROM local) AS hour) AS dated
    LEFT JOIN holiday ON date = local::date
  )
  SELECT usage_point_id, ${OF_PERIOD} FROM reading JOIN slot USING (start) WHERE ${OCTOBER} GROUP BY usage_point_id, period`;
