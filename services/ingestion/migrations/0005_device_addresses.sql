-- Up Migration

-- How meters are called on their networks, as scheme:name, and what reads their LoRaWAN uplinks.
ALTER TABLE meter ADD COLUMN addresses text[] NOT NULL DEFAULT '{}', ADD COLUMN payload_codec text;
CREATE INDEX ON meter USING gin (addresses);

-- Through whom a meter may speak. A table of its own, for the fact may come before the meter's registration.
CREATE TABLE meter_concentrator (
  serial_number text PRIMARY KEY,
  concentrator_id text NOT NULL,
  -- Position of the fact: of two that come the wrong way round the newer stays.
  position text COLLATE "C" NOT NULL
);

-- Empty for a meter of the supply itself.
ALTER TABLE meter_movement ADD COLUMN submeter text NOT NULL DEFAULT '';
CREATE OR REPLACE VIEW installation AS
SELECT serial_number, usage_point_id, moved_at AS installed_at,
       (SELECT min(later.moved_at) FROM meter_movement later
        WHERE later.serial_number = movement.serial_number AND later.moved_at > movement.moved_at
          AND (later.movement = 'installed' OR later.usage_point_id = movement.usage_point_id)) AS removed_at,
       submeter
FROM meter_movement movement WHERE movement.movement = 'installed';

-- Down Migration
DROP VIEW installation;
ALTER TABLE meter_movement DROP COLUMN submeter;
CREATE VIEW installation AS
SELECT serial_number, usage_point_id, moved_at AS installed_at,
       (SELECT min(later.moved_at) FROM meter_movement later
        WHERE later.serial_number = movement.serial_number AND later.moved_at > movement.moved_at
          AND (later.movement = 'installed' OR later.usage_point_id = movement.usage_point_id)) AS removed_at
FROM meter_movement movement WHERE movement.movement = 'installed';
DROP TABLE meter_concentrator;
ALTER TABLE meter DROP COLUMN addresses, DROP COLUMN payload_codec;
