-- Governed metrics: their versions, approvals, pins, use, the audit trail of all that happened, and what others have to be told.
-- The rules live in Domain/; those that a table can hold, it holds as well.

-- What time it is for every rule about time: one place, so that a test can set the clock by replacing it.
CREATE FUNCTION governance_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT clock_timestamp() $$;

-- One row: the lock that changes take one after the other, and the number of the newest change.
CREATE TABLE registry_head (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  revision bigint NOT NULL CHECK (revision >= 0),
  -- Which registry this is: files outside that belong to it, as the journals of use, say so by this.
  registry_id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO registry_head (revision) VALUES (0);

CREATE TABLE metric (
  metric_key text PRIMARY KEY CHECK (metric_key ~ '^[a-z][a-z0-9_]{0,63}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  description text NOT NULL CHECK (description <> ''),
  owner text NOT NULL,
  unit text NOT NULL,
  -- Names an active version: metric_current_is_active sees to it when the transaction ends.
  current_version int,
  revision bigint NOT NULL
);

CREATE TABLE metric_version (
  metric_key text NOT NULL REFERENCES metric,
  version int NOT NULL CHECK (version > 0),
  status text NOT NULL CHECK (status IN ('draft', 'active', 'deprecated', 'sunset', 'retired')),
  dbt_model text NOT NULL CHECK (dbt_model <> ''),
  relation text NOT NULL,
  definition text NOT NULL CHECK (definition <> ''),
  edge_cases jsonb NOT NULL,
  columns jsonb NOT NULL,
  migration_guide text NOT NULL,
  test_evidence text NOT NULL,
  breaking_change boolean NOT NULL,
  replacement_version int,
  correction int NOT NULL CHECK (correction >= 0),
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  activated_at timestamptz,
  deprecated_at timestamptz,
  planned_sunset_at timestamptz,
  sunset_at timestamptz,
  retired_at timestamptz,
  PRIMARY KEY (metric_key, version),
  FOREIGN KEY (metric_key, replacement_version) REFERENCES metric_version,
  CHECK (replacement_version <> version),
  CHECK ((status = 'draft') = (activated_at IS NULL)),
  CHECK (status NOT IN ('deprecated', 'sunset', 'retired') OR (deprecated_at IS NOT NULL AND planned_sunset_at IS NOT NULL)),
  CHECK (status NOT IN ('sunset', 'retired') OR sunset_at IS NOT NULL),
  CHECK (status <> 'retired' OR retired_at IS NOT NULL)
);

ALTER TABLE metric ADD CONSTRAINT metric_current_version_exists
  FOREIGN KEY (metric_key, current_version) REFERENCES metric_version DEFERRABLE INITIALLY DEFERRED;

-- The only edges there are; a rollback's are deprecated or sunset to active. Content is fixed behind draft but for a correction, which
-- counts itself.
CREATE FUNCTION check_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('draft', 'active'), ('active', 'deprecated'), ('deprecated', 'sunset'), ('sunset', 'retired'),
    ('deprecated', 'active'), ('sunset', 'active')) THEN
    RAISE EXCEPTION 'metric %@v% cannot go from % to %', OLD.metric_key, OLD.version, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status <> 'draft' AND NEW.correction = OLD.correction AND NEW.content_hash <> OLD.content_hash THEN
    RAISE EXCEPTION 'metric %@v% is % and its content is fixed', OLD.metric_key, OLD.version, OLD.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status <> 'draft' AND NEW.content_hash = OLD.content_hash
    AND (NEW.definition, NEW.dbt_model, NEW.relation, NEW.edge_cases, NEW.columns, NEW.migration_guide)
      IS DISTINCT FROM (OLD.definition, OLD.dbt_model, OLD.relation, OLD.edge_cases, OLD.columns, OLD.migration_guide) THEN
    RAISE EXCEPTION 'metric %@v% changes without its hash', OLD.metric_key, OLD.version USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.correction <> OLD.correction AND (OLD.status = 'draft' OR NEW.correction <> OLD.correction + 1 OR NOT EXISTS (
    SELECT FROM approval AS a WHERE a.metric_key = OLD.metric_key AND a.version = OLD.version AND a.purpose = 'correction'
      AND a.status = 'approved' AND a.subject_hash = NEW.content_hash)) THEN
    RAISE EXCEPTION 'metric %@v% has no approved correction like this', OLD.metric_key, OLD.version
      USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.metric_key, NEW.version, NEW.created_by, NEW.created_at)
    IS DISTINCT FROM (OLD.metric_key, OLD.version, OLD.created_by, OLD.created_at) THEN
    RAISE EXCEPTION 'metric %@v% is what it is and whose it is', OLD.metric_key, OLD.version USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER version_change BEFORE UPDATE ON metric_version FOR EACH ROW EXECUTE FUNCTION check_version_change();

CREATE FUNCTION check_current_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE named int; status_of_named text;
BEGIN
  SELECT m.current_version INTO named FROM metric AS m WHERE m.metric_key = NEW.metric_key;
  IF named IS NULL THEN RETURN NULL; END IF;
  SELECT v.status INTO status_of_named FROM metric_version AS v WHERE v.metric_key = NEW.metric_key AND v.version = named;
  IF status_of_named <> 'active' THEN
    RAISE EXCEPTION 'the current version v% of metric % is %, not active', named, NEW.metric_key, status_of_named
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER metric_current_is_active AFTER INSERT OR UPDATE OF current_version ON metric
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_current_version();
CREATE CONSTRAINT TRIGGER version_current_is_active AFTER UPDATE OF status ON metric_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_current_version();

-- Which version was current from when on: what a rollback goes back through.
CREATE TABLE metric_current_history (
  metric_key text NOT NULL REFERENCES metric,
  revision bigint NOT NULL,
  version int NOT NULL,
  PRIMARY KEY (metric_key, revision),
  FOREIGN KEY (metric_key, version) REFERENCES metric_version
);

CREATE TABLE approval (
  metric_key text NOT NULL,
  version int NOT NULL,
  number int NOT NULL CHECK (number > 0),
  purpose text NOT NULL CHECK (purpose IN ('activation', 'correction', 'expedited_sunset', 'forced_retirement', 'rollback')),
  status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'void')),
  subject_hash bytea NOT NULL CHECK (length(subject_hash) = 32),
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  ticket text NOT NULL,
  breaking_change boolean NOT NULL,
  reason text NOT NULL,
  advice text NOT NULL,
  declared_against_advice boolean NOT NULL,
  approvers_needed int NOT NULL CHECK (approvers_needed BETWEEN 1 AND 2),
  -- What a correction would make of the version; null for every other purpose.
  correction jsonb,
  -- An approval is good for one change.
  used_at timestamptz,
  PRIMARY KEY (metric_key, version, number),
  FOREIGN KEY (metric_key, version) REFERENCES metric_version,
  CHECK ((purpose = 'correction') = (correction IS NOT NULL))
);
CREATE UNIQUE INDEX approval_is_pending_once ON approval (metric_key, version, purpose) WHERE status = 'pending';

CREATE TABLE approval_decision (
  metric_key text NOT NULL,
  version int NOT NULL,
  number int NOT NULL,
  -- A person; "recorded:" stands before whoever decided before there was a registry, as the first import's file names them.
  principal text NOT NULL CHECK (principal LIKE '%/person/%' OR principal LIKE 'recorded:_%'),
  approved boolean NOT NULL,
  reason text NOT NULL,
  checklist jsonb NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (metric_key, version, number, principal),
  FOREIGN KEY (metric_key, version, number) REFERENCES approval
);
CREATE FUNCTION check_approver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.approved AND NEW.principal = (SELECT requested_by FROM approval AS a
    WHERE a.metric_key = NEW.metric_key AND a.version = NEW.version AND a.number = NEW.number) THEN
    RAISE EXCEPTION '% cannot approve what they asked for', NEW.principal USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approver_is_another BEFORE INSERT OR UPDATE ON approval_decision FOR EACH ROW EXECUTE FUNCTION check_approver();

-- A request stays what it was when it was decided; it becomes approved by as many people as it needs, and is used once.
CREATE FUNCTION check_approval_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.purpose, NEW.subject_hash, NEW.requested_by, NEW.requested_at, NEW.breaking_change, NEW.approvers_needed, NEW.correction)
    IS DISTINCT FROM
    (OLD.purpose, OLD.subject_hash, OLD.requested_by, OLD.requested_at, OLD.breaking_change, OLD.approvers_needed, OLD.correction) THEN
    RAISE EXCEPTION 'approval % of metric %@v% cannot become one for something else', OLD.number, OLD.metric_key, OLD.version
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('pending', 'approved'), ('pending', 'rejected'), ('pending', 'void'), ('approved', 'void')) THEN
    RAISE EXCEPTION 'approval % of metric %@v% cannot go from % to %', OLD.number, OLD.metric_key, OLD.version, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.used_at IS NOT NULL AND (NEW.used_at, NEW.status) IS DISTINCT FROM (OLD.used_at, OLD.status) THEN
    RAISE EXCEPTION 'approval % of metric %@v% was used', OLD.number, OLD.metric_key, OLD.version USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.used_at IS NOT NULL AND NEW.status <> 'approved' THEN
    RAISE EXCEPTION 'approval % of metric %@v% is % and allows nothing', OLD.number, OLD.metric_key, OLD.version, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_change BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION check_approval_change();

CREATE FUNCTION check_approvers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'approved' AND NEW.approvers_needed > (SELECT count(*) FROM approval_decision AS d
    WHERE d.metric_key = NEW.metric_key AND d.version = NEW.version AND d.number = NEW.number AND d.approved) THEN
    RAISE EXCEPTION 'approval % of metric %@v% has too few who approved', NEW.number, NEW.metric_key, NEW.version
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER approval_has_its_approvers AFTER UPDATE OF status ON approval
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_approvers();

CREATE TABLE dashboard_pin (
  tenant_id text NOT NULL CHECK (tenant_id <> ''),
  dashboard_id text NOT NULL CHECK (dashboard_id <> ''),
  metric_key text NOT NULL,
  version int NOT NULL,
  owner text NOT NULL,
  pinned_by text NOT NULL,
  pinned_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, dashboard_id, metric_key),
  FOREIGN KEY (metric_key, version) REFERENCES metric_version
);
CREATE INDEX dashboard_pin_of_version ON dashboard_pin (metric_key, version);

-- What each revision changed, for watchers: an entity a row.
CREATE TABLE registry_change (
  revision bigint NOT NULL,
  position int NOT NULL,
  at timestamptz NOT NULL,
  event text NOT NULL,
  metric_key text NOT NULL,
  -- Of a pin; null for a change of the metric itself.
  tenant_id text,
  dashboard_id text,
  -- Null for a pin that was removed.
  pinned_version int,
  PRIMARY KEY (revision, position)
);

CREATE TABLE metric_usage (
  metric_key text NOT NULL,
  version int NOT NULL,
  tenant_id text NOT NULL,
  dashboard_id text NOT NULL,
  day date NOT NULL,
  queries bigint NOT NULL CHECK (queries > 0),
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (metric_key, version, day, tenant_id, dashboard_id)
);
-- How much use of a deprecated or sunset version is counted above, but not told in the audit trail yet.
CREATE TABLE metric_usage_untold (
  metric_key text NOT NULL,
  version int NOT NULL,
  queries bigint NOT NULL CHECK (queries >= 0),
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- Null until it was told of for the first time.
  told_at timestamptz,
  PRIMARY KEY (metric_key, version)
);
-- The batches that are counted already: each instance's journal, and how many of its bytes were taken.
CREATE TABLE usage_journal (
  journal text PRIMARY KEY,
  taken bigint NOT NULL,
  taken_at timestamptz NOT NULL
);

-- Texts, not jsonb, for before and after: the hash covers their bytes.
CREATE TABLE audit_event (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  event text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  actor text NOT NULL,
  at_us bigint NOT NULL,
  subject text NOT NULL,
  metric_key text NOT NULL,
  version text NOT NULL,
  reason text NOT NULL,
  before text NOT NULL,
  after text NOT NULL,
  registry_revision bigint NOT NULL,
  prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
  hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32)
);
CREATE INDEX audit_event_of_metric ON audit_event (metric_key, seq);
-- No foreign key: checking one locks the event's row, which takes a right to change it.
CREATE TABLE audit_checkpoint (
  seq bigint PRIMARY KEY,
  hash bytea NOT NULL,
  taken_at timestamptz NOT NULL
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER approval_decision_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER metric_current_history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON metric_current_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoint_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_event, audit_checkpoint FROM PUBLIC, CURRENT_USER;

-- The outbox: written with its cause, sent afterwards.
CREATE TABLE notification (
  id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  notification_key text PRIMARY KEY,
  event text NOT NULL,
  metric_key text NOT NULL,
  recipient text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('file', 'webhook')),
  payload text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  next_attempt_at timestamptz NOT NULL,
  delivered_at timestamptz,
  last_error text NOT NULL DEFAULT '',
  -- Whether the audit trail knows what became of it.
  is_audited boolean NOT NULL DEFAULT false,
  is_settled boolean GENERATED ALWAYS AS (state <> 'pending') STORED,
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_worker text,
  lease_until timestamptz
);
CREATE INDEX notification_is_due ON notification (next_attempt_at) WHERE state = 'pending';
CREATE INDEX notification_is_to_be_audited ON notification (id) WHERE is_settled AND NOT is_audited;

-- What a call answered, for its repetition.
CREATE TABLE idempotency_key (
  principal text NOT NULL,
  key text NOT NULL,
  method text NOT NULL,
  request_hash bytea NOT NULL,
  response bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- A KPI may name the governed metric's version that it is measured by.
ALTER TABLE kpi ADD COLUMN metric_version text NOT NULL DEFAULT '';
