-- What has become of initiatives, for those who watch them: of each the number of its newest change, whichever statement made it.
CREATE SEQUENCE initiative_change_number;
CREATE TABLE initiative_change (
  initiative_key text PRIMARY KEY REFERENCES initiative,
  number bigint NOT NULL UNIQUE
);

-- Numbers are committed in the order in which they are drawn, so that who has seen one has seen all before it: the lock of all saves of
-- initiatives (PlanningLock) is held from before the first is drawn until the transaction ends.
CREATE FUNCTION count_initiative_changes(keys text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(keys) = 0 THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(1279479629, hashtext('initiatives'));
  INSERT INTO initiative_change (initiative_key, number)
    SELECT key, nextval('initiative_change_number') FROM (SELECT DISTINCT unnest(keys) AS key ORDER BY key) AS changed
    ON CONFLICT (initiative_key) DO UPDATE SET number = excluded.number;
  PERFORM pg_notify('initiatives', '');
END $$;

-- Where a row stood in its sheet, and who saved it, is no part of an initiative.
CREATE FUNCTION initiative_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(SELECT initiative_key FROM after_change));
  RETURN NULL;
END $$;
CREATE FUNCTION initiative_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(
    SELECT initiative_key FROM before_change AS was JOIN after_change AS now USING (initiative_key)
    WHERE ROW(was.spelling, was.title, was.country, was.department, was.category, was.program_key, was.lifecycle_status,
        was.is_optimization_candidate, was.candidate_period_key, was.immediate_kpi_key, was.backlog_notes, was.engineering_tokens,
        was.deadline_date, was.is_mandatory, was.mandate_reason, was.bundle_key, was.prerequisite_keys, was.exclusion_keys,
        was.synergy_group_keys, was.candidate_notes, was.metric_chain_json)
      IS DISTINCT FROM ROW(now.spelling, now.title, now.country, now.department, now.category, now.program_key, now.lifecycle_status,
        now.is_optimization_candidate, now.candidate_period_key, now.immediate_kpi_key, now.backlog_notes, now.engineering_tokens,
        now.deadline_date, now.is_mandatory, now.mandate_reason, now.bundle_key, now.prerequisite_keys, now.exclusion_keys,
        now.synergy_group_keys, now.candidate_notes, now.metric_chain_json)));
  RETURN NULL;
END $$;
CREATE FUNCTION contribution_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(SELECT initiative_key FROM after_change));
  RETURN NULL;
END $$;
CREATE FUNCTION contribution_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(
    SELECT initiative_key FROM before_change AS was JOIN after_change AS now USING (initiative_key, kpi_key)
    WHERE ROW(was.kpi_spelling, was.value) IS DISTINCT FROM ROW(now.kpi_spelling, now.value)));
  RETURN NULL;
END $$;
CREATE FUNCTION contribution_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(SELECT initiative_key FROM before_change));
  RETURN NULL;
END $$;

CREATE TRIGGER initiative_inserted AFTER INSERT ON initiative REFERENCING NEW TABLE AS after_change
  FOR EACH STATEMENT EXECUTE FUNCTION initiative_inserted();
CREATE TRIGGER initiative_updated AFTER UPDATE ON initiative REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change
  FOR EACH STATEMENT EXECUTE FUNCTION initiative_updated();
CREATE TRIGGER contribution_inserted AFTER INSERT ON contribution REFERENCING NEW TABLE AS after_change
  FOR EACH STATEMENT EXECUTE FUNCTION contribution_inserted();
CREATE TRIGGER contribution_updated AFTER UPDATE ON contribution REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change
  FOR EACH STATEMENT EXECUTE FUNCTION contribution_updated();
CREATE TRIGGER contribution_deleted AFTER DELETE ON contribution REFERENCING OLD TABLE AS before_change
  FOR EACH STATEMENT EXECUTE FUNCTION contribution_deleted();

-- What was saved before this was kept.
INSERT INTO initiative_change (initiative_key, number)
  SELECT initiative_key, nextval('initiative_change_number') FROM (SELECT initiative_key FROM initiative ORDER BY initiative_key) AS had;
