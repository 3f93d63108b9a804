-- Up Migration
CREATE SCHEMA IF NOT EXISTS service_kit;

-- How far each reader of the event store has come; written in the transaction of what it did.
CREATE TABLE service_kit.checkpoint (
  name text PRIMARY KEY,
  position text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Facts from elsewhere that a handler has dealt with: the broker's own window is minutes.
CREATE TABLE service_kit.handled_fact (
  handler text NOT NULL,
  event_id uuid NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (handler, event_id)
);

-- Which customer pays for which usage point and when, learned from customer-care's facts.
CREATE TABLE service_kit.usage_point_access (
  agreement_id text PRIMARY KEY,
  customer_id text NOT NULL,
  usage_point_id text NOT NULL,
  starts_on date NOT NULL,
  ends_on date
);
CREATE INDEX ON service_kit.usage_point_access (customer_id, usage_point_id);
