-- Up Migration

-- Terms of an agreement from a day on, until those of the next day that has some. Of several told for the same day the highest
-- change counts; 0 are those that the agreement started with.
CREATE TABLE agreement_terms (
  agreement_id text COLLATE "C" NOT NULL,
  effective_from date NOT NULL,
  change integer NOT NULL,
  terms jsonb NOT NULL,
  PRIMARY KEY (agreement_id, effective_from)
);
INSERT INTO agreement_terms
SELECT id, starts_on, 0,
  jsonb_build_object('tariffId', tariff_id, 'discounts', '[]'::jsonb, 'attributes', '{}'::jsonb, 'paymentMode', 'POSTPAID')
FROM agreement WHERE starts_on IS NOT NULL;

ALTER TABLE agreement
  DROP COLUMN tariff_id,
  ADD COLUMN billing_months smallint NOT NULL DEFAULT 1;
CREATE INDEX ON agreement (usage_point_id);

-- What lists need. Lines, determinants, segments and disputes are read from the cycle's stream.
ALTER TABLE bill
  ADD COLUMN revision smallint NOT NULL DEFAULT 1,
  ADD COLUMN status text NOT NULL DEFAULT 'ISSUED',
  ADD COLUMN due_on date,
  ADD COLUMN replaces text COLLATE "C",
  ADD COLUMN replaced_by text COLLATE "C",
  ADD COLUMN is_disputed boolean NOT NULL DEFAULT false,
  ADD COLUMN time_zone text NOT NULL DEFAULT '',
  DROP COLUMN lines,
  DROP CONSTRAINT bill_agreement_id_period_start_key,
  ADD UNIQUE (agreement_id, period_start, revision);
UPDATE bill SET time_zone = cycle.time_zone FROM billing_cycle AS cycle
WHERE cycle.agreement_id = bill.agreement_id AND cycle.period_start = bill.period_start;
ALTER TABLE billing_cycle DROP COLUMN determinants;

CREATE TABLE rebill_proposal (
  id text COLLATE "C" PRIMARY KEY,
  agreement_id text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  bill_id text COLLATE "C" NOT NULL,
  status text NOT NULL,
  currency text NOT NULL,
  previous_total numeric NOT NULL,
  total numeric NOT NULL,
  difference numeric NOT NULL,
  proposed_at timestamptz NOT NULL,
  proposed_by text NOT NULL
);
CREATE INDEX ON rebill_proposal (period_start DESC, id DESC);
CREATE INDEX ON rebill_proposal (agreement_id, period_start);

-- Cycles whose bill may no longer be right, to be looked at when no more has changed for a while.
CREATE TABLE rebill_check (
  agreement_id text COLLATE "C" NOT NULL,
  period_start date NOT NULL,
  first_asked_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  PRIMARY KEY (agreement_id, period_start)
);
CREATE INDEX ON rebill_check (due_at);

-- What somebody has to look at: held cycles, and what belongs to no cycle. One row for each thing and code.
CREATE TABLE billing_exception (
  subject text COLLATE "C" NOT NULL,
  code text NOT NULL,
  status text NOT NULL,
  message text NOT NULL,
  agreement_id text COLLATE "C",
  customer_id text COLLATE "C",
  usage_point_id text COLLATE "C",
  period_start date,
  opened_at timestamptz NOT NULL,
  resolved_at timestamptz,
  PRIMARY KEY (subject, code)
);
CREATE INDEX ON billing_exception (opened_at DESC, subject DESC, code DESC);
INSERT INTO billing_exception
SELECT DISTINCT ON (agreement_id, period_start, reason ->> 'code')
  'billing-cycle-' || agreement_id || '-' || period_start, reason ->> 'code', 'OPEN', reason ->> 'message',
  agreement_id, customer_id, usage_point_id, period_start, now()
FROM billing_cycle, jsonb_array_elements(hold_reasons) AS reason WHERE status = 'HELD';
