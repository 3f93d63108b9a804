-- Up Migration

-- Invocation counters that the head-end has used or set aside under a meter's keys, as client of its associations.
CREATE TABLE client_invocation (
  serial_number text NOT NULL,
  key_position text COLLATE "C" NOT NULL,
  next bigint NOT NULL,
  PRIMARY KEY (serial_number, key_position)
);

-- When a meter is looked after next whose network address asks for that. Whoever moves due_at on has it until then.
CREATE TABLE meter_poll (
  serial_number text PRIMARY KEY,
  due_at timestamptz NOT NULL,
  -- In a row, the last time included.
  failures integer NOT NULL DEFAULT 0,
  code text
);

-- Down Migration
DROP TABLE client_invocation, meter_poll;
