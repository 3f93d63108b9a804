-- Up Migration

-- One row a channel and local day. On TimescaleDB it becomes a hypertable, on plain Postgres it is partitioned natively;
-- both by month of the local date. Everything else is the same SQL.
DO $$
DECLARE
  has_timescale boolean := EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb');
BEGIN
  IF has_timescale THEN
    BEGIN
      CREATE EXTENSION IF NOT EXISTS timescaledb;
    EXCEPTION WHEN OTHERS THEN
      -- On the server's disk, but not preloaded or not allowed to us.
      has_timescale := false;
      RAISE NOTICE 'TimescaleDB cannot be used (%); load profiles are partitioned natively', SQLERRM;
    END;
  END IF;

  EXECUTE $table$
    CREATE TABLE load_profile_day (
      usage_point_id text NOT NULL,
      reading_type text NOT NULL,
      -- Calendar date in time_zone; the first slot begins at day_start.
      local_date date NOT NULL,
      time_zone text NOT NULL,
      day_start timestamptz NOT NULL,
      interval_seconds integer NOT NULL,
      -- One a slot, whole units of the reading type; slots not known are 0 with quality 3.
      "values" integer[] NOT NULL,
      -- One octet a slot: 0 actual, 1 suspect, 2 estimated, 3 missing.
      qualities bytea NOT NULL,
      -- Sum of the known values, and how many slots are not known.
      total bigint NOT NULL,
      missing integer NOT NULL,
      -- Grows with every change of values or qualities.
      version bigint NOT NULL,
      -- Events whose values stand, when each was received, and which of them (from 0; -1: none) each slot is from.
      source_event_ids uuid[] NOT NULL,
      source_received_at bigint[] NOT NULL,
      slot_sources smallint[] NOT NULL,
      PRIMARY KEY (usage_point_id, reading_type, local_date)
    ) $table$ || CASE WHEN has_timescale THEN '' ELSE 'PARTITION BY RANGE (local_date)' END;

  IF has_timescale THEN
    PERFORM create_hypertable('load_profile_day', by_range('local_date', INTERVAL '1 month'));
    ALTER TABLE load_profile_day SET (
      timescaledb.compress,
      timescaledb.compress_segmentby = 'usage_point_id, reading_type',
      timescaledb.compress_orderby = 'local_date'
    );
    PERFORM add_compression_policy('load_profile_day', compress_after => INTERVAL '60 days');
  END IF;
END $$;

CREATE FUNCTION load_profile_is_hypertable() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT relkind <> 'p' FROM pg_class WHERE oid = 'load_profile_day'::regclass
$$;

-- Makes the partition of a month where there is none; a hypertable makes its chunks itself.
CREATE FUNCTION ensure_load_profile_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_day date := date_trunc('month', month);
  partition text := 'load_profile_day_' || to_char(first_day, 'YYYY_MM');
BEGIN
  IF load_profile_is_hypertable() OR to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('load_profile_day'));
  IF to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE load_profile_day INCLUDING ALL)', partition);
  -- Attaching, unlike creating in place, does not shut out those who read.
  EXECUTE format('ALTER TABLE load_profile_day ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 partition, first_day, first_day + INTERVAL '1 month');
END $$;

-- Keeps whole months back to `months` ago and forgets older ones.
CREATE FUNCTION keep_load_profile(months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  oldest date := date_trunc('month', now()) - make_interval(months => months);
  partition text;
BEGIN
  IF load_profile_is_hypertable() THEN
    EXECUTE 'SELECT drop_chunks(''load_profile_day'', older_than => $1)' USING oldest;
    RETURN;
  END IF;
  FOR partition IN
    SELECT inhrelid::regclass::text FROM pg_inherits
    WHERE inhparent = 'load_profile_day'::regclass
      AND to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') < oldest
  LOOP
    EXECUTE format('DROP TABLE %s', partition);
  END LOOP;
END $$;

-- The same as rows, for SQL tools.
CREATE VIEW load_profile_interval AS
SELECT usage_point_id, reading_type,
       day_start + (slot - 1) * interval_seconds * INTERVAL '1 second' AS interval_start,
       interval_seconds,
       CASE WHEN get_byte(qualities, slot::integer - 1) < 3 THEN value END AS value,
       (ARRAY['ACTUAL', 'SUSPECT', 'ESTIMATED', 'MISSING'])[get_byte(qualities, slot::integer - 1) + 1] AS quality
FROM load_profile_day, unnest("values") WITH ORDINALITY AS slot (value, slot);

-- Down Migration
DROP VIEW load_profile_interval;
DROP FUNCTION keep_load_profile, ensure_load_profile_month, load_profile_is_hypertable;
DROP TABLE load_profile_day;
