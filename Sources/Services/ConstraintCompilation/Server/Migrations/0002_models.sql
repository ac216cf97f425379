-- Math models and the chains of metrics they work through, the numbers they are calculated with, scoring inputs, and what people write
-- beside results. Keys are kept as before: in normal form, by which they match, and as spelt, for people.

-- Where a row was last saved from; 0 for what was saved before this was kept.
ALTER TABLE contribution ADD COLUMN row_number bigint NOT NULL DEFAULT 0;
ALTER TABLE scenario ADD COLUMN row_number bigint NOT NULL DEFAULT 0;
-- The weights as typed; empty for what was saved before this was kept.
ALTER TABLE scenario ADD COLUMN objective_weights_text text NOT NULL DEFAULT '';

-- {"nodes": […], "edges": [[from, to], …]}, in the order typed; NULL while no approved model gives one.
ALTER TABLE initiative ADD COLUMN metric_chain_json jsonb
  CHECK (jsonb_typeof(metric_chain_json -> 'nodes') = 'array' AND jsonb_typeof(metric_chain_json -> 'edges') = 'array');

-- Every chain that an initiative has had, for ever.
CREATE TABLE initiative_metric_chain (
  initiative_key text NOT NULL REFERENCES initiative,
  -- counts from 1 for each initiative
  version bigint NOT NULL CHECK (version > 0),
  -- NULL when the initiative has none any more
  metric_chain_json jsonb,
  -- as typed, and the model that it was typed for
  metric_chain_text text NOT NULL,
  model_name text NOT NULL,
  saved_by text NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (initiative_key, version)
);

CREATE FUNCTION refuse_chain_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a metric chain that an initiative has had never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER chain_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON initiative_metric_chain
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_chain_change();

-- Approved models only.
CREATE TABLE math_model (
  initiative_key text NOT NULL REFERENCES initiative,
  -- empty when the initiative has one model
  model_key text NOT NULL,
  model_name text NOT NULL,
  formula_text text NOT NULL,
  assumptions_text text NOT NULL,
  -- as typed; what it says is the initiative's
  metric_chain_text text NOT NULL,
  notes text NOT NULL,
  row_number bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (initiative_key, model_key)
);

CREATE TABLE model_param (
  initiative_key text NOT NULL REFERENCES initiative,
  -- the model need not be approved yet
  model_key text NOT NULL,
  param_key text NOT NULL CHECK (param_key <> ''),
  model_name text NOT NULL,
  param_name text NOT NULL,
  value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
  unit text NOT NULL,
  source text NOT NULL,
  notes text NOT NULL,
  row_number bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (initiative_key, model_key, param_key)
);

CREATE TABLE scoring_input (
  initiative_key text NOT NULL REFERENCES initiative,
  input_key text NOT NULL CHECK (input_key <> ''),
  input_name text NOT NULL,
  value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
  notes text NOT NULL,
  row_number bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (initiative_key, input_key)
);

-- Beside Results.
CREATE TABLE result_note (
  run_key text NOT NULL CHECK (run_key <> ''),
  initiative_key text NOT NULL REFERENCES initiative,
  run_id text NOT NULL,
  notes text NOT NULL CHECK (notes <> ''),
  row_number bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_key, initiative_key)
);

-- Beside Gaps_Alerts.
CREATE TABLE gap_note (
  run_key text NOT NULL CHECK (run_key <> ''),
  scenario_key text NOT NULL,
  set_key text NOT NULL,
  -- a country, all, or such as "department: core"
  country_key text NOT NULL,
  -- empty for alerts about no KPI
  kpi_key text NOT NULL,
  run_id text NOT NULL,
  scenario_name text NOT NULL,
  constraint_set_name text NOT NULL,
  country text NOT NULL,
  kpi_spelling text NOT NULL,
  recommendation text NOT NULL,
  notes text NOT NULL,
  row_number bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_key, scenario_key, set_key, country_key, kpi_key),
  CHECK (recommendation <> '' OR notes <> '')
);
