-- Runs are leased to solver instances (lease_*), and every write of an instance carries its epoch.
CREATE TABLE runs (
  run_id text PRIMARY KEY CHECK (run_id ~ '^run_[0-9]{8}T[0-9]{6}Z_[0-9a-f]{8}$'),
  sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  scenario_name text NOT NULL,
  constraint_set_name text NOT NULL,
  revision text NOT NULL,
  problem_hash text NOT NULL,
  status text NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'success', 'infeasible', 'failed', 'cancelled', 'time_limit')),
  message text NOT NULL DEFAULT '',
  actor text NOT NULL,
  idempotency_key text UNIQUE,
  time_limit_ms bigint NOT NULL DEFAULT 0 CHECK (time_limit_ms >= 0),
  cancel_requested boolean NOT NULL DEFAULT false,
  candidate_count integer NOT NULL,
  capacity_total_tokens bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  solver text NOT NULL DEFAULT '',
  instance text NOT NULL DEFAULT '',
  -- The problem as it was solved: its bytes, which problem_hash is the hash of, and the same as JSON for people and queries.
  problem bytea NOT NULL,
  inputs_snapshot_json jsonb NOT NULL,
  progress_json jsonb,
  result_json jsonb,
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_worker text,
  lease_until timestamptz,
  CHECK ((finished_at IS NOT NULL) = (status NOT IN ('queued', 'running'))),
  CHECK (status <> 'success' OR result_json IS NOT NULL)
);

CREATE INDEX runs_due ON runs (sequence) WHERE status IN ('queued', 'running');
CREATE INDEX runs_by_set ON runs (scenario_name, constraint_set_name, sequence DESC);

CREATE TABLE portfolios (
  run_id text PRIMARY KEY REFERENCES runs,
  selected_count integer NOT NULL,
  capacity_used_tokens bigint NOT NULL,
  total_objective double precision NOT NULL
);

CREATE TABLE portfolio_items (
  run_id text NOT NULL REFERENCES portfolios,
  initiative_key text NOT NULL,
  selected boolean NOT NULL,
  allocated_tokens bigint NOT NULL CHECK (allocated_tokens >= 0),
  gains_json jsonb NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (run_id, initiative_key),
  CHECK (selected OR allocated_tokens = 0)
);

CREATE TABLE gaps (
  run_id text NOT NULL REFERENCES portfolios,
  position integer NOT NULL,
  kpi_key text NOT NULL,
  gap_json jsonb NOT NULL,
  PRIMARY KEY (run_id, position)
);
