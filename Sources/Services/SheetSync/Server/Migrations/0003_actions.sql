ALTER TABLE action_runs
  -- The JSON of lodestar.sync.v1.CellChange: what a preview found, as far as it is listed, and how many cells in all.
  ADD COLUMN changes jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN changed_cells bigint NOT NULL DEFAULT 0,
  -- The JSON of the lodestar.sync.v1.RunActionRequest of an action under way, for whoever takes it up should its program die.
  ADD COLUMN request jsonb,
  -- A save that died while its rows were sent: which of them are stored is looked up when that can be done.
  ADD COLUMN is_unsettled boolean NOT NULL DEFAULT FALSE;

CREATE INDEX action_runs_unsettled ON action_runs (started_at) WHERE is_unsettled;
-- What was done to a workbook, for finding the runs that were written to it and what came after an action.
CREATE INDEX action_runs_workbook ON action_runs (workbook_path, started_at DESC);
