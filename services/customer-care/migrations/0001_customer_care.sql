-- Up Migration
CREATE TABLE customer (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  email text,
  language text NOT NULL
);

-- Local dates, half-open.
CREATE TABLE agreement (
  id text COLLATE "C" PRIMARY KEY,
  customer_id text COLLATE "C" NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  tariff_id text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  billing_day integer NOT NULL
);
CREATE INDEX ON agreement (customer_id);
CREATE INDEX ON agreement (usage_point_id, starts_on);

-- What device-registry says of usage points.
CREATE TABLE usage_point (
  id text COLLATE "C" PRIMARY KEY,
  service_kind text NOT NULL,
  time_zone text NOT NULL
);

-- What ingestion says of local days: the sum of the known intervals in the reading type's unit, the highest version.
CREATE TABLE usage_day (
  usage_point_id text COLLATE "C" NOT NULL,
  reading_type text NOT NULL,
  local_date date NOT NULL,
  version bigint NOT NULL,
  total bigint NOT NULL,
  known integer NOT NULL,
  missing integer NOT NULL,
  PRIMARY KEY (usage_point_id, reading_type, local_date)
);
