-- The KPI universe of the organization, saved as a whole, and every revision that it has had.

CREATE TABLE kpi (
  kpi_key text NOT NULL CHECK (kpi_key ~ '^[A-Za-z][A-Za-z0-9_.-]{0,63}$'),
  kpi_name text NOT NULL,
  kpi_level text NOT NULL CHECK (kpi_level IN ('north_star', 'strategic', 'supporting')),
  unit text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('higher_is_better', 'lower_is_better')),
  is_active boolean NOT NULL,
  metric_key text NOT NULL,
  description text NOT NULL,
  notes text NOT NULL
);

-- Case does not tell keys apart; "C" keeps lower() from depending on the server's language.
CREATE UNIQUE INDEX kpi_key_is_unique ON kpi (lower(kpi_key COLLATE "C"));
CREATE UNIQUE INDEX kpi_has_one_active_north_star ON kpi (kpi_level) WHERE kpi_level = 'north_star' AND is_active;

-- One row: the lock that saves take one after the other, and the number of the newest revision.
CREATE TABLE metrics_config_head (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  revision bigint NOT NULL CHECK (revision >= 0)
);
INSERT INTO metrics_config_head (revision) VALUES (0);

-- What was saved, by whom and when; kpis is the whole configuration as it stood after the save.
CREATE TABLE metrics_config_revision (
  revision bigint PRIMARY KEY CHECK (revision > 0),
  saved_by text NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  kpis jsonb NOT NULL
);
