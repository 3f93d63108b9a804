-- Up Migration

-- A check that finds no bill yet waits, due at infinity, until there is one.
ALTER TABLE rebill_check ADD COLUMN newer_days_only boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN rebill_check.newer_days_only IS
  'Asked for by newer versions of days alone: a bill that rests on the highest ones needs no look';

-- Lists of a customer, and of what somebody has to do: few among very many.
CREATE INDEX ON billing_cycle (customer_id, period_start DESC, agreement_id DESC);
CREATE INDEX billing_cycle_unbilled ON billing_cycle (period_start DESC, agreement_id DESC) WHERE status <> 'BILLED';
CREATE INDEX rebill_proposal_open ON rebill_proposal (period_start DESC, id DESC) WHERE status = 'OPEN';
CREATE INDEX billing_exception_open ON billing_exception (opened_at DESC, subject DESC, code DESC) WHERE status = 'OPEN';
