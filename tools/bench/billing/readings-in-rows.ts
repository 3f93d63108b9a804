import type pg from 'pg';

/** The same readings as one row each, partitioned by month, and what SQL makes of them. */
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
    CREATE TABLE holiday (date date PRIMARY KEY)`);
  await pool.query('INSERT INTO holiday SELECT unnest($1::date[])', [holidays]);
  await pool.query(
    `INSERT INTO reading
     SELECT usage_point, start, 50 + ((extract(epoch FROM start)::bigint / 900 % 2976) * 37 + usage_point % 100 * 101) % 500
     FROM generate_series('2025-10-01 00:00+09'::timestamptz, '2025-10-31 23:45+09', '15 minutes') AS start,
       generate_series(0, $1 - 1) AS usage_point`,
    [usagePoints],
  );
  await pool.query('CREATE INDEX ON reading (usage_point_id, start)');
  await pool.query('VACUUM ANALYZE reading');
}

/** Hours of the calendar by local time and day type, holidays included; then kWh by its periods and the highest quarter hour. */
export const DETERMINANTS_IN_SQL = `
  WITH slot AS MATERIALIZED (
    SELECT start, CASE
      WHEN date IS NOT NULL OR weekday = 7 OR hour < 8 OR hour >= 22 THEN 'off-peak'
      WHEN weekday = 6 OR hour < 11 OR hour = 12 OR hour >= 18 THEN 'mid-peak'
      ELSE 'on-peak' END AS period
    FROM generate_series('2025-10-01 00:00+09'::timestamptz, '2025-10-31 23:45+09', '15 minutes') AS start
    CROSS JOIN LATERAL (SELECT start AT TIME ZONE 'Asia/Seoul' AS local) AS place
    CROSS JOIN LATERAL (SELECT extract(isodow FROM local) AS weekday, extract(hour FROM local) AS hour) AS parts
    LEFT JOIN holiday ON date = local::date
  )
  SELECT usage_point_id, period, sum(value) / 1000.0 AS kwh, max(value) * 4 / 1000.0 AS kw
  FROM reading JOIN slot USING (start)
  WHERE start >= '2025-10-01 00:00+09' AND start < '2025-11-01 00:00+09'
  GROUP BY usage_point_id, period`;
