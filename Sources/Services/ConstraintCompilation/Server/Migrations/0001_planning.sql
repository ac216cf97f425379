-- Planning inputs: initiatives, scenarios, and constraint sets with every revision that they have had.
-- Keys are kept twice: in normal form (trimmed, without regard to case), by which they match, and as spelt, for people.

CREATE TABLE initiative (
  initiative_key text PRIMARY KEY CHECK (initiative_key <> ''),
  spelling text NOT NULL,
  -- Central Backlog
  title text NOT NULL,
  country text NOT NULL,
  department text NOT NULL,
  category text NOT NULL,
  program_key text NOT NULL,
  lifecycle_status text NOT NULL,
  is_optimization_candidate boolean NOT NULL,
  candidate_period_key text NOT NULL,
  immediate_kpi_key text NOT NULL,
  backlog_notes text NOT NULL,
  backlog_row bigint NOT NULL,
  backlog_updated_by text NOT NULL,
  backlog_updated_at timestamptz NOT NULL DEFAULT now(),
  -- Candidates; candidate_row is 0 until the initiative was saved from there
  engineering_tokens bigint CHECK (engineering_tokens >= 0),
  deadline_date text NOT NULL DEFAULT '' CHECK (deadline_date = '' OR deadline_date ~ '^\d{4}-\d{2}-\d{2}$'),
  is_mandatory boolean NOT NULL DEFAULT false,
  mandate_reason text NOT NULL DEFAULT '',
  bundle_key text NOT NULL DEFAULT '',
  prerequisite_keys text[] NOT NULL DEFAULT '{}',
  exclusion_keys text[] NOT NULL DEFAULT '{}',
  synergy_group_keys text[] NOT NULL DEFAULT '{}',
  candidate_notes text NOT NULL DEFAULT '',
  candidate_row bigint NOT NULL DEFAULT 0,
  candidate_updated_by text NOT NULL DEFAULT '',
  candidate_updated_at timestamptz,
  CHECK (NOT is_mandatory OR mandate_reason <> '')
);

CREATE TABLE contribution (
  initiative_key text NOT NULL REFERENCES initiative,
  -- in normal form
  kpi_key text NOT NULL,
  kpi_spelling text NOT NULL,
  value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
  notes text NOT NULL,
  -- the Metrics_Config that it was checked against
  metrics_config_revision bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (initiative_key, kpi_key)
);

CREATE TABLE scenario (
  scenario_key text PRIMARY KEY CHECK (scenario_key <> ''),
  scenario_name text NOT NULL,
  period_key text NOT NULL CHECK (period_key ~ '^\d{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$'),
  capacity_total_tokens bigint NOT NULL CHECK (capacity_total_tokens > 0),
  objective_mode text NOT NULL CHECK (objective_mode IN ('north_star', 'weighted_kpis', 'lexicographic')),
  -- canonical: [{"key": …, "weight": …, "tolerance": …}], in order
  objective_weights_json jsonb NOT NULL,
  notes text NOT NULL,
  metrics_config_revision bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A compiled set, for ever. Its name is the hash of its canonical form, which the table itself holds it to.
CREATE TABLE constraint_set_revision (
  revision text PRIMARY KEY,
  scenario_key text NOT NULL REFERENCES scenario,
  set_key text NOT NULL CHECK (set_key <> ''),
  scenario_name text NOT NULL,
  constraint_set_name text NOT NULL,
  -- the rows that it was first compiled from, as typed
  rows_json jsonb NOT NULL,
  floors_json jsonb NOT NULL,
  caps_json jsonb NOT NULL,
  targets_json jsonb NOT NULL,
  mandatory_initiatives_json jsonb NOT NULL,
  bundles_json jsonb NOT NULL,
  exclusions_json jsonb NOT NULL,
  prerequisites_json jsonb NOT NULL,
  synergies_json jsonb NOT NULL,
  -- lodestar.constraints.v1.CompiledConstraintSet
  compiled bytea NOT NULL,
  canonical bytea NOT NULL,
  metrics_config_revision bigint NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (revision = encode(sha256(canonical), 'hex'))
);
CREATE INDEX constraint_set_revision_by_set ON constraint_set_revision (scenario_key, set_key, created_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a constraint set revision never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER revision_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON constraint_set_revision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where each set stands: its newest revision, and the rows that it was last compiled from, by tab.
CREATE TABLE constraint_set (
  scenario_key text NOT NULL REFERENCES scenario,
  set_key text NOT NULL CHECK (set_key <> ''),
  constraint_set_name text NOT NULL,
  revision text NOT NULL REFERENCES constraint_set_revision,
  -- lodestar.constraints.v1.SaveConstraintsRequest and SaveTargetsRequest, only their rows
  constraint_rows bytea NOT NULL,
  target_rows bytea NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scenario_key, set_key)
);
