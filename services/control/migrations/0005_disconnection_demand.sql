-- Up Migration
-- What billing asks for, and takes back: either may be heard of first.
CREATE TABLE disconnection_demand (
  request_id text COLLATE "C" PRIMARY KEY,
  control_id text COLLATE "C" NOT NULL UNIQUE,
  usage_point_id text COLLATE "C" NOT NULL,
  bill_id text COLLATE "C",
  -- Null as long as it stands.
  withdrawn_because text
);

ALTER TABLE end_device_control ADD COLUMN bill_id text COLLATE "C";
