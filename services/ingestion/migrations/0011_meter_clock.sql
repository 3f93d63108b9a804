-- Up Migration

-- How far meters' clocks are from ours, by the push of the last hour that was least delayed.
CREATE TABLE meter_clock (
  serial_number text PRIMARY KEY,
  -- Positive where the meter's clock is ahead.
  skew_ms bigint NOT NULL,
  measured_at timestamptz NOT NULL,
  -- The latest push that stated its time, and since when all of them have said that the clock is wrong.
  told_at timestamptz NOT NULL,
  invalid_since timestamptz
);
CREATE INDEX ON meter_clock (abs(skew_ms) DESC);

-- Down Migration
DROP TABLE meter_clock;
