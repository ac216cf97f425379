-- Whether a save was of all rows of its tab: then its answers stand in place of those that an interrupted save before it could not give.
ALTER TABLE action_runs ADD COLUMN is_whole_tab boolean NOT NULL DEFAULT FALSE;
