-- Up Migration

-- Through which network server a LoRaWAN device is reached, as its messages showed.
CREATE TABLE lorawan_route (
  -- lorawan:DevEUI
  address text NOT NULL,
  client text NOT NULL,
  concentrator_id text,
  network text NOT NULL,
  application_id text NOT NULL,
  device_id text NOT NULL,
  is_below_name boolean NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (address, client)
);

-- What LoRaWAN devices were sent: who asked, why, and what became of it.
CREATE TABLE downlink (
  id text PRIMARY KEY,
  serial_number text NOT NULL,
  address text NOT NULL,
  client text NOT NULL,
  port integer NOT NULL,
  payload bytea NOT NULL,
  command jsonb,
  confirmed boolean NOT NULL,
  requested_by text NOT NULL,
  reason text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'REQUESTED',
  status_at timestamptz NOT NULL DEFAULT now(),
  explanation text
);
CREATE INDEX downlink_of_meter ON downlink (serial_number, requested_at DESC);

-- Down Migration
DROP TABLE lorawan_route, downlink;
