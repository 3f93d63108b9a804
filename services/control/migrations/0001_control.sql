-- Up Migration
CREATE TABLE end_device_control (
  id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  serial_number text NOT NULL,
  reason text NOT NULL,
  status text NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  approved_by text,
  failure_code text,
  failure_message text,
  -- [{ status, at, by, note }], in order
  history jsonb NOT NULL
);
CREATE INDEX ON end_device_control (usage_point_id);
CREATE INDEX under_way ON end_device_control (expires_at) WHERE status IN ('REQUESTED', 'APPROVED', 'SENT');

-- Which replica carries a control out, and when the next try is due.
CREATE TABLE control_lease (
  control_id text COLLATE "C" PRIMARY KEY,
  until timestamptz NOT NULL
);

-- The supply switch as it was last read back; not certain from the moment a command is sent until it is read again.
CREATE TABLE supply_switch (
  usage_point_id text COLLATE "C" PRIMARY KEY,
  connected boolean,
  read_at timestamptz,
  certain boolean NOT NULL
);

-- Learned from device-registry: which meter stands where.
CREATE TABLE installed_meter (
  serial_number text NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  installed_at timestamptz NOT NULL,
  removed_at timestamptz,
  PRIMARY KEY (serial_number, usage_point_id, installed_at)
);
CREATE INDEX ON installed_meter (usage_point_id);
