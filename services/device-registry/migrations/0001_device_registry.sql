-- Up Migration
CREATE TABLE usage_point (
  id text COLLATE "C" PRIMARY KEY,
  service_kind text NOT NULL,
  time_zone text NOT NULL,
  address text NOT NULL,
  feeder text
);

CREATE TABLE concentrator (
  id text COLLATE "C" PRIMARY KEY,
  manufacturer text NOT NULL,
  network_address text NOT NULL
);

CREATE TABLE meter (
  serial_number text COLLATE "C" PRIMARY KEY,
  manufacturer text NOT NULL,
  service_kind text NOT NULL,
  system_title text,
  multiplier numeric NOT NULL,
  dial_digits integer NOT NULL,
  network_address text,
  -- [{ readingType, unit, obis, intervalSeconds }]
  channels jsonb NOT NULL,
  has_keys boolean NOT NULL DEFAULT false,
  concentrator_id text COLLATE "C"
);
CREATE INDEX ON meter (concentrator_id);

-- A meter's time at a usage point, half-open; register reads are [{ obis, value, unit }] with exact decimals as text.
CREATE TABLE installation (
  usage_point_id text COLLATE "C" NOT NULL,
  serial_number text COLLATE "C" NOT NULL,
  installed_at timestamptz NOT NULL,
  removed_at timestamptz,
  install_register_reads jsonb NOT NULL,
  remove_register_reads jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (usage_point_id, serial_number, installed_at)
);
CREATE UNIQUE INDEX installed_now ON installation (serial_number) WHERE removed_at IS NULL;
CREATE INDEX ON installation (serial_number);
