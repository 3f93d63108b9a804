-- Up Migration

-- A meter is installed from an installation until it is removed from there or, where that has not been told yet, until
-- it is installed again: it is at one place at a time.
CREATE OR REPLACE VIEW installation AS
SELECT serial_number, usage_point_id, moved_at AS installed_at,
       (SELECT min(later.moved_at) FROM meter_movement later
        WHERE later.serial_number = movement.serial_number AND later.moved_at > movement.moved_at
          AND (later.movement = 'installed' OR later.usage_point_id = movement.usage_point_id)) AS removed_at
FROM meter_movement movement WHERE movement.movement = 'installed';

-- Invocations are counted under the key that they were made with: a frame under the old key that is still on its way
-- while a new one is set must not raise the count of the new.
ALTER TABLE invocation_counter ADD COLUMN key_position text COLLATE "C" NOT NULL DEFAULT '';
UPDATE invocation_counter SET key_position = position FROM meter_key
WHERE meter_key.serial_number = invocation_counter.serial_number;
ALTER TABLE invocation_counter DROP CONSTRAINT invocation_counter_pkey, ADD PRIMARY KEY (serial_number, key_position);

-- Down Migration
ALTER TABLE invocation_counter DROP CONSTRAINT invocation_counter_pkey;
DELETE FROM invocation_counter c WHERE EXISTS (
  SELECT FROM invocation_counter newer WHERE newer.serial_number = c.serial_number AND newer.key_position > c.key_position);
ALTER TABLE invocation_counter ADD PRIMARY KEY (serial_number), DROP COLUMN key_position;
CREATE OR REPLACE VIEW installation AS
SELECT serial_number, usage_point_id, moved_at AS installed_at,
       (SELECT min(removal.moved_at) FROM meter_movement removal
        WHERE removal.movement = 'removed' AND removal.serial_number = movement.serial_number
          AND removal.usage_point_id = movement.usage_point_id AND removal.moved_at > movement.moved_at) AS removed_at
FROM meter_movement movement WHERE movement.movement = 'installed';
