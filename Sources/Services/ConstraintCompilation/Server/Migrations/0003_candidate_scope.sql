-- How much of an initiative a portfolio may take, from Candidates; empty means full.
ALTER TABLE initiative ADD COLUMN scope_mode text NOT NULL DEFAULT '' CHECK (scope_mode IN ('', 'full', 'mvp', 'either'));
ALTER TABLE initiative ADD COLUMN engineering_tokens_mvp bigint CHECK (engineering_tokens_mvp >= 0);
ALTER TABLE initiative ADD COLUMN mvp_contribution_share double precision
  CHECK (mvp_contribution_share >= 0 AND mvp_contribution_share <= 1);

-- Whoever watches initiatives is told of these as of all else.
CREATE OR REPLACE FUNCTION initiative_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(
    SELECT initiative_key FROM before_change AS old JOIN after_change AS new USING (initiative_key)
    WHERE ROW(old.spelling, old.title, old.country, old.department, old.category, old.program_key, old.lifecycle_status,
        old.is_optimization_candidate, old.candidate_period_key, old.immediate_kpi_key, old.backlog_notes, old.engineering_tokens,
        old.deadline_date, old.is_mandatory, old.mandate_reason, old.bundle_key, old.prerequisite_keys, old.exclusion_keys,
        old.synergy_group_keys, old.candidate_notes, old.metric_chain_json, old.scope_mode, old.engineering_tokens_mvp,
        old.mvp_contribution_share)
      IS DISTINCT FROM ROW(new.spelling, new.title, new.country, new.department, new.category, new.program_key, new.lifecycle_status,
        new.is_optimization_candidate, new.candidate_period_key, new.immediate_kpi_key, new.backlog_notes, new.engineering_tokens,
        new.deadline_date, new.is_mandatory, new.mandate_reason, new.bundle_key, new.prerequisite_keys, new.exclusion_keys,
        new.synergy_group_keys, new.candidate_notes, new.metric_chain_json, new.scope_mode, new.engineering_tokens_mvp,
        new.mvp_contribution_share)));
  RETURN NULL;
END $$;
