-- How much of an initiative a portfolio may take, from Candidates; empty means full.
ALTER TABLE initiative ADD COLUMN scope_mode text NOT NULL DEFAULT '' CHECK (scope_mode IN ('', 'full', 'mvp', 'either'));
ALTER TABLE initiative ADD COLUMN engineering_tokens_mvp bigint CHECK (engineering_tokens_mvp >= 0);
ALTER TABLE initiative ADD COLUMN mvp_contribution_share double precision
  CHECK (mvp_contribution_share >= 0 AND mvp_contribution_share <= 1);

-- Whoever watches initiatives is told of these as of all else.
CREATE OR REPLACE FUNCTION initiative_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_initiative_changes(ARRAY(
    SELECT initiative_key FROM before_change AS was JOIN after_change AS now USING (initiative_key)
    WHERE ROW(was.spelling, was.title, was.country, was.department, was.category, was.program_key, was.lifecycle_status,
        was.is_optimization_candidate, was.candidate_period_key, was.immediate_kpi_key, was.backlog_notes, was.engineering_tokens,
        was.deadline_date, was.is_mandatory, was.mandate_reason, was.bundle_key, was.prerequisite_keys, was.exclusion_keys,
        was.synergy_group_keys, was.candidate_notes, was.metric_chain_json, was.scope_mode, was.engineering_tokens_mvp,
        was.mvp_contribution_share)
      IS DISTINCT FROM ROW(now.spelling, now.title, now.country, now.department, now.category, now.program_key, now.lifecycle_status,
        now.is_optimization_candidate, now.candidate_period_key, now.immediate_kpi_key, now.backlog_notes, now.engineering_tokens,
        now.deadline_date, now.is_mandatory, now.mandate_reason, now.bundle_key, now.prerequisite_keys, now.exclusion_keys,
        now.synergy_group_keys, now.candidate_notes, now.metric_chain_json, now.scope_mode, now.engineering_tokens_mvp,
        now.mvp_contribution_share)));
  RETURN NULL;
END $$;
