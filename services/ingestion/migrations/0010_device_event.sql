-- Up Migration

-- What devices told of themselves besides readings.
CREATE TABLE device_event (
  event_id uuid PRIMARY KEY,
  serial_number text NOT NULL,
  -- Null where the device was nowhere.
  usage_point_id text,
  type text NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  -- By the device's clock; null where it does not say.
  occurred_at timestamptz,
  received_at timestamptz NOT NULL,
  -- By which events are listed.
  happened_at timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(occurred_at, received_at)) STORED,
  source text NOT NULL
);
CREATE INDEX ON device_event (happened_at DESC, event_id);
CREATE INDEX ON device_event (serial_number, happened_at DESC);
CREATE INDEX ON device_event (usage_point_id, happened_at DESC);
CREATE INDEX ON device_event (type, happened_at DESC);

-- Down Migration
DROP TABLE device_event;
