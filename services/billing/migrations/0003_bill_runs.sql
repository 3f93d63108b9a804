-- Up Migration

-- Of each validated day one value (src/adapters/packed-day.ts says how it is made), so that a bill reads those of its period as one.
ALTER TABLE validated_day ADD COLUMN day bytea;

UPDATE validated_day AS known SET day = int4send(4 + length(packed.rest)) || packed.rest
FROM validated_day AS each
CROSS JOIN LATERAL (
  SELECT min(value) >= -32768 AND max(value) <= 32767 AS is_narrow
  FROM unnest(each.interval_values) AS value
) AS width
CROSS JOIN LATERAL (
  SELECT string_agg(CASE WHEN is_narrow THEN int2send(known_value::smallint) ELSE int4send(known_value) END, '' ORDER BY slot) AS octets
  FROM unnest(each.interval_values) WITH ORDINALITY AS reading (value, slot)
  CROSS JOIN LATERAL (SELECT CASE get_byte(each.qualities, slot::integer - 1) WHEN 3 THEN 0 ELSE value END AS known_value)
) AS intervals
CROSS JOIN LATERAL (
  SELECT count(*) AS count, coalesce(string_agg(uuid_send(id::uuid), '' ORDER BY place), '') AS octets
  FROM unnest(each.reading_event_ids) WITH ORDINALITY AS reading (id, place)
  WHERE id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
) AS readings
CROSS JOIN LATERAL (
  SELECT int4send(each.local_date - date '1970-01-01') || int8send(each.version)
    || float8send(extract(epoch FROM each.starts_at)::double precision * 1000) || int4send(each.interval_seconds)
    || int4send(cardinality(each.interval_values)) || int4send(each.missing_intervals)
    || int4send(each.suspect_intervals) || int4send(each.estimated_intervals)
    || int2send((1 + readings.count)::smallint) || float8send(each.quantity::double precision)
    || CASE WHEN is_narrow THEN '\x02'::bytea ELSE '\x04'::bytea END || '\x00'::bytea
    || uuid_send(each.event_id) || readings.octets || intervals.octets
    || CASE WHEN each.missing_intervals + each.suspect_intervals + each.estimated_intervals > 0
         THEN each.qualities ELSE ''::bytea END AS rest
) AS packed
WHERE (known.usage_point_id, known.reading_type, known.local_date) = (each.usage_point_id, each.reading_type, each.local_date);

ALTER TABLE validated_day
  ALTER COLUMN day SET NOT NULL,
  DROP COLUMN event_id,
  DROP COLUMN reading_event_ids,
  DROP COLUMN starts_at,
  DROP COLUMN interval_seconds,
  DROP COLUMN interval_values,
  DROP COLUMN qualities,
  DROP COLUMN quantity,
  DROP COLUMN missing_intervals,
  DROP COLUMN suspect_intervals,
  DROP COLUMN estimated_intervals;

ALTER TABLE billing_cycle ADD COLUMN billed_at timestamptz;
COMMENT ON COLUMN billing_cycle.billed_at IS 'When the bill that counts was issued';
UPDATE billing_cycle AS cycle SET billed_at = bill.issued_at FROM bill
WHERE cycle.status = 'BILLED' AND bill.agreement_id = cycle.agreement_id AND bill.period_start = cycle.period_start;

-- Bill runs, from their events.
CREATE TABLE bill_run (
  id text COLLATE "C" PRIMARY KEY,
  status text NOT NULL,
  issued_at timestamptz NOT NULL,
  due_by date,
  started_by text NOT NULL,
  reason text NOT NULL,
  completed_at timestamptz
);
CREATE INDEX ON bill_run (issued_at DESC, id DESC);

-- How far a run has come: the agreements between two ids, both included, that one process at a time goes through.
CREATE TABLE bill_run_slice (
  run_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  first_agreement_id text COLLATE "C" NOT NULL,
  last_agreement_id text COLLATE "C" NOT NULL,
  agreements integer NOT NULL,
  -- What came of it, once it is finished.
  finished_at timestamptz,
  billed integer NOT NULL DEFAULT 0,
  held integer NOT NULL DEFAULT 0,
  unchanged integer NOT NULL DEFAULT 0,
  failures jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (run_id, number)
);
CREATE INDEX ON bill_run_slice (run_id, number) WHERE finished_at IS NULL;
