-- Up Migration

-- Daily runs that are done, and what they did.
CREATE TABLE receivables_run (
  id text COLLATE "C" PRIMARY KEY,
  done jsonb NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now()
);
