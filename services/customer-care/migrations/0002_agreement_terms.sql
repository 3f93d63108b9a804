-- Up Migration
ALTER TABLE agreement ADD COLUMN billing_months integer NOT NULL DEFAULT 1;

-- Terms from a day on, until those of the next day that has some; `change` 0 are those that the agreement started with.
CREATE TABLE agreement_terms (
  agreement_id text COLLATE "C" NOT NULL,
  effective_from date NOT NULL,
  change integer NOT NULL,
  terms jsonb NOT NULL,
  PRIMARY KEY (agreement_id, effective_from)
);
INSERT INTO agreement_terms
SELECT id, starts_on, 0,
  jsonb_build_object('tariffId', tariff_id, 'contractKw', NULL, 'discounts', '[]'::jsonb, 'attributes', '[]'::jsonb,
    'paymentMode', 'POSTPAID')
FROM agreement;
ALTER TABLE agreement DROP COLUMN tariff_id;
