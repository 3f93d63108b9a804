-- Up Migration
-- Learned from device-registry: by whose calendar a customer's days begin and end.
CREATE TABLE usage_point (
  id text COLLATE "C" PRIMARY KEY,
  time_zone text NOT NULL
);
