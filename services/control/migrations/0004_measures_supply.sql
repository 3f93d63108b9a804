-- Up Migration
-- Sub-meters and sensors stand at a usage point, too, but its switch is in the meter of the supply.
ALTER TABLE installed_meter ADD COLUMN measures_supply boolean NOT NULL DEFAULT true;

-- Down Migration
ALTER TABLE installed_meter DROP COLUMN measures_supply;
