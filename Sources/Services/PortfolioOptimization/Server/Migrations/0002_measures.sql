-- Which version and content of a governed metric measured each KPI of the run's problem: an array of KpiMeasure messages.
ALTER TABLE runs ADD COLUMN measures_json jsonb NOT NULL DEFAULT '[]';
