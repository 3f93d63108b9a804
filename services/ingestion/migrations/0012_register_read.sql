-- Up Migration

-- Cumulative registers and samples, as far as interval values follow from them: of registers the first and the last read
-- of each quarter hour (or a shorter part that intervals of the channel are made of), of samples all.
CREATE TABLE register_read (
  usage_point_id text NOT NULL,
  channel text NOT NULL,
  serial_number text NOT NULL,
  read_at timestamptz NOT NULL,
  -- Millionths of the reading type's unit.
  value bigint NOT NULL,
  is_doubtful boolean NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (usage_point_id, channel, serial_number, read_at)
);
CREATE INDEX ON meter_movement (usage_point_id);

-- Whole digits of the register, in the unit that is shown, before it begins again at 0; 0 where not known.
ALTER TABLE meter ADD COLUMN dial_digits integer NOT NULL DEFAULT 0;

-- Reads on which slots without a source (-2 in slot_sources) rest.
ALTER TABLE load_profile_day ADD COLUMN derived_from uuid[] NOT NULL DEFAULT '{}';

-- Down Migration
ALTER TABLE load_profile_day DROP COLUMN derived_from;
ALTER TABLE meter DROP COLUMN dial_digits;
DROP INDEX meter_movement_usage_point_id_idx;
DROP TABLE register_read;
