-- Up Migration

-- How a frame came, as far as its bytes do not say: needed to read it again.
ALTER TABLE quarantined_frame ADD COLUMN context jsonb NOT NULL DEFAULT '{}';

-- Down Migration
ALTER TABLE quarantined_frame DROP COLUMN context;
