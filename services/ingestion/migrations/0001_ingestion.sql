-- Up Migration

-- What device-registry told us. Its facts come in any order, so nothing here refers to anything else.
CREATE TABLE usage_point (
  usage_point_id text PRIMARY KEY,
  service_kind text NOT NULL,
  time_zone text NOT NULL
);

CREATE TABLE meter (
  serial_number text PRIMARY KEY,
  system_title bytea,
  multiplier text NOT NULL,
  network_address text,
  channels jsonb NOT NULL
);
CREATE INDEX ON meter (system_title);

CREATE TABLE meter_key (
  serial_number text PRIMARY KEY,
  sealed_encryption_key bytea,
  sealed_authentication_key bytea,
  sealed_password bytea,
  -- Position of the fact: of two that come the wrong way round the newer stays.
  position text COLLATE "C" NOT NULL
);

CREATE TABLE meter_movement (
  serial_number text NOT NULL,
  usage_point_id text NOT NULL,
  moved_at timestamptz NOT NULL,
  movement text NOT NULL CHECK (movement IN ('installed', 'removed')),
  PRIMARY KEY (serial_number, usage_point_id, moved_at, movement)
);

-- A meter is installed from an installation until the next removal from the same usage point.
CREATE VIEW installation AS
SELECT serial_number, usage_point_id, moved_at AS installed_at,
       (SELECT min(removal.moved_at) FROM meter_movement removal
        WHERE removal.movement = 'removed' AND removal.serial_number = movement.serial_number
          AND removal.usage_point_id = movement.usage_point_id AND removal.moved_at > movement.moved_at) AS removed_at
FROM meter_movement movement WHERE movement.movement = 'installed';

-- Highest invocation counter accepted under a meter's present key: written in the transaction of what it came with.
CREATE TABLE invocation_counter (
  serial_number text PRIMARY KEY,
  highest bigint NOT NULL
);

-- What could not become a reading. Nothing is dropped: it waits for an operator or for what it lacks.
CREATE TABLE quarantined_frame (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number bigint GENERATED ALWAYS AS IDENTITY,
  received_at timestamptz NOT NULL,
  source text NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  device text,
  payload bytea NOT NULL,
  digest bytea NOT NULL,
  attempts integer NOT NULL DEFAULT 1,
  status text NOT NULL DEFAULT 'WAITING' CHECK (status IN ('WAITING', 'REPLAYED', 'DISCARDED')),
  decided_by text,
  decision_reason text,
  decided_at timestamptz
);
-- A meter that is not answered sends the same again and again: that is one entry, not thousands.
CREATE UNIQUE INDEX quarantined_once ON quarantined_frame (digest, source) WHERE status = 'WAITING';
CREATE INDEX ON quarantined_frame (number);
CREATE INDEX ON quarantined_frame (device) WHERE status = 'WAITING';

-- Readings as they were recorded, to be looked up by id, and a usage point's latest.
CREATE TABLE reading (
  event_id uuid PRIMARY KEY,
  event_type text NOT NULL,
  usage_point_id text NOT NULL,
  received_at timestamptz NOT NULL,
  -- When registers were read; null for interval values.
  read_at timestamptz,
  data bytea NOT NULL
);
CREATE INDEX ON reading (usage_point_id, received_at DESC);
CREATE INDEX ON reading (usage_point_id, read_at DESC) WHERE read_at IS NOT NULL;

-- Down Migration
DROP VIEW installation;
DROP TABLE usage_point, meter, meter_key, meter_movement, invocation_counter, quarantined_frame, reading;
