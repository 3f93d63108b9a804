-- Up Migration

-- Who may log in at the MQTT broker, as device-registry told; what is revoked stays, so that facts may come in any order.
CREATE TABLE mqtt_client (
  client text PRIMARY KEY,
  dialect text NOT NULL DEFAULT '',
  serial_number text,
  concentrator_id text,
  -- bcrypt
  password_hash text NOT NULL DEFAULT '',
  is_revoked boolean NOT NULL,
  -- Positions of the first fact and of the last one that was told of it.
  since text COLLATE "C" NOT NULL,
  position text COLLATE "C" NOT NULL
);

-- How Zigbee2MQTT calls devices: its messages name them so and not by their addresses.
CREATE TABLE zigbee_name (
  client text NOT NULL,
  friendly_name text NOT NULL,
  ieee_address text NOT NULL,
  PRIMARY KEY (client, friendly_name)
);

-- Down Migration
DROP TABLE mqtt_client, zigbee_name;
