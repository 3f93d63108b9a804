-- Up Migration

ALTER TABLE quarantined_frame
  -- How a frame came, as far as its bytes do not say: needed to read it again.
  ADD COLUMN context jsonb NOT NULL DEFAULT '{}',
  -- All names by which its device may become known.
  ADD COLUMN device_names text[] NOT NULL DEFAULT '{}';
UPDATE quarantined_frame SET device_names = ARRAY[device] WHERE device IS NOT NULL;
DROP INDEX quarantined_frame_device_idx;
CREATE INDEX ON quarantined_frame USING gin (device_names) WHERE status = 'WAITING';

-- Down Migration
ALTER TABLE quarantined_frame DROP COLUMN context, DROP COLUMN device_names;
CREATE INDEX ON quarantined_frame (device) WHERE status = 'WAITING';
