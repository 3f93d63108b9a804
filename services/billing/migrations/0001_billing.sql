-- Up Migration

-- Learned from customer-care. An agreement whose end was heard of before its start has only its ids and its end.
CREATE TABLE agreement (
  id text COLLATE "C" PRIMARY KEY,
  customer_id text COLLATE "C" NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  tariff_id text,
  starts_on date,
  -- The first day that it no longer covers.
  ends_on date,
  billing_day smallint
);

-- Learned from device-registry.
CREATE TABLE usage_point (
  id text COLLATE "C" PRIMARY KEY,
  service_kind text NOT NULL,
  time_zone text NOT NULL
);

-- Learned from ingestion: of each local day the highest version, whole.
CREATE TABLE validated_day (
  usage_point_id text COLLATE "C" NOT NULL,
  reading_type text COLLATE "C" NOT NULL,
  local_date date NOT NULL,
  version bigint NOT NULL,
  event_id uuid NOT NULL,
  reading_event_ids text[] NOT NULL,
  starts_at timestamptz NOT NULL,
  interval_seconds integer NOT NULL,
  -- Whole units of the reading type, one a slot; a quality code beside each.
  interval_values integer[] NOT NULL,
  qualities bytea NOT NULL,
  quantity bigint NOT NULL,
  missing_intervals integer NOT NULL,
  suspect_intervals integer NOT NULL,
  estimated_intervals integer NOT NULL,
  PRIMARY KEY (usage_point_id, reading_type, local_date)
);

CREATE TABLE billing_cycle (
  agreement_id text COLLATE "C" NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  time_zone text NOT NULL,
  status text NOT NULL,
  hold_reasons jsonb NOT NULL DEFAULT '[]',
  determinants jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (agreement_id, period_start)
);
CREATE INDEX ON billing_cycle (period_start DESC, agreement_id DESC);

CREATE TABLE bill (
  id text COLLATE "C" PRIMARY KEY,
  agreement_id text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  tariff_id text NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  currency text NOT NULL,
  total numeric NOT NULL,
  lines jsonb NOT NULL,
  issued_at timestamptz NOT NULL,
  issued_by text NOT NULL,
  UNIQUE (agreement_id, period_start)
);
CREATE INDEX ON bill (period_start DESC, id DESC);
CREATE INDEX ON bill (usage_point_id, period_start DESC);
CREATE INDEX ON bill (customer_id, period_start DESC, id DESC);
