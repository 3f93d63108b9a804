-- Up Migration

-- Periods of prepaid agreements. What a balance is and rests on is in the stream of its period.
CREATE TABLE prepayment (
  agreement_id text COLLATE "C" NOT NULL,
  period_start date NOT NULL,
  -- From when on a disconnection may be asked for; null where it need not be, or was.
  disconnect_from timestamptz,
  -- A bill of the period was issued or cancelled since it was settled.
  to_settle boolean NOT NULL DEFAULT false,
  PRIMARY KEY (agreement_id, period_start)
);
CREATE INDEX ON prepayment (disconnect_from) WHERE disconnect_from IS NOT NULL;

-- Every change of a balance, in order of the log.
CREATE TABLE prepayment_entry (
  agreement_id text COLLATE "C" NOT NULL,
  -- Position of its event.
  position text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  -- What the balance grew by: below zero where it was drawn.
  amount numeric NOT NULL,
  balance numeric NOT NULL,
  -- Of draws: what the period comes to up to then.
  to_date_total numeric,
  -- Of a day's usage.
  local_date date,
  -- Of a top-up its own, of a settlement the bill's.
  reference text,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (agreement_id, position)
);

-- Agreements that may have something to draw or to settle: readings, terms or bills have changed.
CREATE TABLE prepayment_check (
  agreement_id text COLLATE "C" PRIMARY KEY
);
