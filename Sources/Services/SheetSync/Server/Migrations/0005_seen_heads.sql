-- Where each constraint set stood when a workbook's rows of it were last saved or previewed. A save is made against that, so that what
-- somebody saved elsewhere is not overwritten by who has not seen it. Keys are kept as they match: without case and outer spaces.
CREATE TABLE seen_heads (
  workbook_path text NOT NULL,
  scenario_key text NOT NULL,
  set_key text NOT NULL,
  -- Empty: there was no such set.
  revision text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workbook_path, scenario_key, set_key)
);
