-- The sync service keeps no planning data: only which workbooks it has seen, what it did, and what it still owes them.

-- A program that does actions. One that has stopped renewing its lease is dead, and so are the actions it was doing.
CREATE TABLE instances (
  instance text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL
);

CREATE TABLE workbook_bindings (
  workbook_path text PRIMARY KEY,
  first_used_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  last_actor text NOT NULL
);

-- What the headers of a tab looked like when it was read last.
CREATE TABLE header_fingerprints (
  workbook_path text NOT NULL REFERENCES workbook_bindings ON DELETE CASCADE,
  tab text NOT NULL,
  fingerprint text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workbook_path, tab)
);

CREATE TABLE action_runs (
  action_run_id text PRIMARY KEY,
  action text NOT NULL,
  workbook_path text NOT NULL,
  tab text NOT NULL,
  -- The numbers of lodestar.sync.v1.ActionStatus.
  status integer NOT NULL CHECK (status BETWEEN 1 AND 5),
  message text NOT NULL DEFAULT '',
  actor text NOT NULL,
  instance text NOT NULL,
  idempotency_key text,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  -- The JSON of lodestar.sync.v1.ActionSubstep, lodestar.common.v1.SaveCounts and lodestar.common.v1.RowMessage.
  substeps jsonb NOT NULL DEFAULT '[]',
  counts jsonb,
  messages jsonb NOT NULL DEFAULT '[]',
  run_id text NOT NULL DEFAULT '',
  CHECK ((status = 1) = (finished_at IS NULL))
);

CREATE INDEX action_runs_newest ON action_runs (started_at DESC, action_run_id DESC);
CREATE INDEX action_runs_running ON action_runs (instance) WHERE status = 1;
-- A key whose action died is free for the repetition.
CREATE UNIQUE INDEX action_runs_idempotency ON action_runs (idempotency_key) WHERE status <> 5;

-- Statuses of rows that are known and not yet in their workbook.
CREATE TABLE unfinished_writes (
  action_run_id text PRIMARY KEY REFERENCES action_runs ON DELETE CASCADE,
  workbook_path text NOT NULL,
  tab text NOT NULL,
  source text NOT NULL,
  decided_at timestamptz NOT NULL,
  -- [{"row": 7, "key": ["INIT-000017"], "status": "OK: saved"}, …]
  rows jsonb NOT NULL
);

CREATE INDEX unfinished_writes_workbook ON unfinished_writes (workbook_path, decided_at);
