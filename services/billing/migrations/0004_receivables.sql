-- Up Migration

-- What bills demand and what has become of it.
CREATE TABLE receivable (
  bill_id text COLLATE "C" PRIMARY KEY,
  agreement_id text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  usage_point_id text COLLATE "C" NOT NULL,
  tariff_id text NOT NULL,
  currency text NOT NULL,
  total numeric NOT NULL,
  -- The last day to pay, local to the usage point.
  due_on date NOT NULL,
  late_fee numeric NOT NULL DEFAULT 0,
  waived numeric NOT NULL DEFAULT 0,
  settled numeric NOT NULL DEFAULT 0,
  written_off numeric NOT NULL DEFAULT 0,
  -- Cancelled bills demand nothing; `closed` once what was paid on them has been given free.
  cancelled boolean NOT NULL DEFAULT false,
  closed boolean NOT NULL DEFAULT false,
  replaced_by text,
  plan_id text,
  -- Of the request that stands.
  disconnection_request_id text,
  open numeric NOT NULL GENERATED ALWAYS AS
    (CASE WHEN cancelled THEN 0 ELSE total END + late_fee - waived - settled - written_off) STORED
);
CREATE INDEX ON receivable (customer_id, due_on DESC, bill_id);
CREATE INDEX receivable_overdue ON receivable (bill_id, due_on) WHERE open > 0;
CREATE INDEX receivable_unsettled ON receivable (customer_id) WHERE open <> 0 OR (cancelled AND NOT closed);

-- Local dates, half-open, on which a bill is disputed or paid in instalments.
CREATE TABLE receivable_pause (
  bill_id text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  PRIMARY KEY (bill_id, reason, starts_on)
);

CREATE TABLE payment (
  reference text COLLATE "C" PRIMARY KEY,
  amount numeric NOT NULL,
  currency text NOT NULL,
  received_on date NOT NULL,
  method text NOT NULL,
  bill_id text,
  account_reference text,
  -- Null while it is in suspense.
  customer_id text COLLATE "C",
  suspense_code text,
  suspense_reason text,
  -- What is credit of its customer.
  unallocated numeric NOT NULL,
  reversed_at timestamptz,
  reversal_reason text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
);
CREATE INDEX ON payment (customer_id, received_on DESC, reference DESC);
CREATE INDEX ON payment (received_on DESC, reference DESC);
CREATE INDEX payment_credit ON payment (customer_id) WHERE unallocated > 0;
CREATE INDEX payment_suspense ON payment (received_on DESC, reference DESC) WHERE customer_id IS NULL;

-- What paid which bill.
CREATE TABLE settlement (
  bill_id text COLLATE "C" NOT NULL,
  source text NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  amount numeric NOT NULL,
  value_on date NOT NULL,
  PRIMARY KEY (bill_id, source, source_id)
);
CREATE INDEX ON settlement (source, source_id);

-- What of a prepaid balance was drawn for a bill.
CREATE TABLE prepaid_bill (
  bill_id text COLLATE "C" PRIMARY KEY,
  agreement_id text COLLATE "C" NOT NULL,
  amount numeric NOT NULL
);

CREATE TABLE deposit (
  id text COLLATE "C" PRIMARY KEY,
  customer_id text COLLATE "C" NOT NULL,
  currency text NOT NULL,
  held numeric NOT NULL,
  interest numeric NOT NULL DEFAULT 0,
  received_on date NOT NULL,
  method text NOT NULL
);
CREATE INDEX ON deposit (customer_id, id);

CREATE TABLE instalment_plan (
  id text COLLATE "C" PRIMARY KEY,
  customer_id text COLLATE "C" NOT NULL,
  currency text NOT NULL,
  -- [{ billId, amount }], [{ dueOn, amount }]
  bills jsonb NOT NULL,
  instalments jsonb NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  agreed_on date NOT NULL,
  agreed_by text NOT NULL,
  ended_on date,
  end_reason text,
  paid numeric
);
CREATE INDEX ON instalment_plan (customer_id, id);
CREATE INDEX instalment_plan_active ON instalment_plan (id) WHERE status = 'ACTIVE';

CREATE TABLE dunning_step (
  bill_id text COLLATE "C" NOT NULL,
  event_id uuid PRIMARY KEY,
  step text NOT NULL,
  taken_on date NOT NULL,
  amount numeric NOT NULL,
  reason text NOT NULL,
  taken_by text NOT NULL
);
CREATE INDEX ON dunning_step (bill_id, taken_on);

CREATE TABLE disconnection_protection (
  customer_id text COLLATE "C" PRIMARY KEY,
  -- Exclusive; null: until it is ended.
  until date,
  reason text NOT NULL,
  granted_by text NOT NULL
);

-- Accounts that may have credit and open bills at once, or cancelled bills that are paid.
CREATE TABLE account_to_settle (
  customer_id text COLLATE "C" PRIMARY KEY
);

CREATE FUNCTION total_of(amounts numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT coalesce(sum(amount), 0) FROM unnest(amounts) amount';

-- Double entries, one row an entry so that a bill run of millions of them stays small; debits above zero, credits below. Append-only.
CREATE TABLE journal_entry (
  -- Of the event that it is for.
  id uuid PRIMARY KEY,
  -- Of that event: entries are in the order of what happened.
  position text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  booked_at timestamptz NOT NULL,
  booked_by text,
  currency text NOT NULL,
  customer_id text COLLATE "C",
  bill_id text COLLATE "C",
  source_id text COLLATE "C",
  description text NOT NULL,
  -- What the customer owes on the whole changes by this: open bills less his credit.
  balance_change numeric NOT NULL,
  accounts text[] NOT NULL,
  amounts numeric[] NOT NULL,
  CONSTRAINT balanced CHECK (total_of(amounts) = 0 AND cardinality(accounts) = cardinality(amounts))
);
CREATE INDEX ON journal_entry (customer_id, currency, position);
CREATE INDEX ON journal_entry (bill_id, kind);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN RAISE ''the journal is append-only: book a reversal''; END';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The same with a row a posting, for SQL tools.
CREATE VIEW posting AS
SELECT entry.id AS entry_id, number, account, amount, currency, booked_at, customer_id, bill_id
FROM journal_entry entry CROSS JOIN LATERAL unnest(accounts, amounts) WITH ORDINALITY AS parts (account, amount, number);
