-- Up Migration

-- What the gas of an area was on each local date, as told last.
CREATE TABLE gas_quality (
  area text COLLATE "C" NOT NULL,
  local_date date NOT NULL,
  -- MJ per standard cubic metre.
  calorific_value numeric NOT NULL,
  temperature_c numeric,
  atmospheric_pressure_kpa numeric,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (area, local_date)
);

-- Whose bills a correction may change.
CREATE INDEX ON agreement_terms ((terms -> 'attributes' ->> 'gas-area')) WHERE terms -> 'attributes' ? 'gas-area';
