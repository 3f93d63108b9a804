-- Up Migration

-- How a meter is called on its networks, as scheme:name, and what reads its LoRaWAN uplinks.
ALTER TABLE meter ADD COLUMN addresses text[] NOT NULL DEFAULT '{}', ADD COLUMN payload_codec text;

-- Name of the part of the supply that is measured; null for the supply itself.
ALTER TABLE installation ADD COLUMN submeter text;

-- Logins at the MQTT broker, of one meter or of one concentrator. Hashes of passwords are in the events only.
CREATE TABLE mqtt_credential (
  client text COLLATE "C" PRIMARY KEY,
  dialect text NOT NULL,
  serial_number text COLLATE "C",
  concentrator_id text COLLATE "C",
  issued_by text NOT NULL,
  issued_at timestamptz NOT NULL,
  revoked_by text,
  revoked_at timestamptz,
  revocation_reason text
);

-- Down Migration
DROP TABLE mqtt_credential;
ALTER TABLE installation DROP COLUMN submeter;
ALTER TABLE meter DROP COLUMN addresses, DROP COLUMN payload_codec;
