-- One line of calls per account and kind, for all programs that use this database.
CREATE TABLE google_quota (
  account text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('read', 'write')),
  -- When the next call would come if none had been saved up; calls may be ahead of it by a burst.
  next_at timestamptz NOT NULL,
  PRIMARY KEY (account, kind)
);

-- What an action cost at the spreadsheet's service.
ALTER TABLE action_runs
  ADD COLUMN workbook_calls integer NOT NULL DEFAULT 0,
  ADD COLUMN quota_wait_us bigint NOT NULL DEFAULT 0;
