"""A private PostgreSQL for a measurement, and the registry in it."""

import os
import pathlib
import shutil
import subprocess
import tempfile

ROLE = "lodestar_metrics"


class Cluster:
    """`with Cluster() as cluster`: initialized, running, with the service's role and schema; gone at the end."""

    def __enter__(self) -> "Cluster":
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="lodestar-pg-"))
        installed = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self._bin = installed[-1]
        # The server refuses to run as root.
        self._as = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self._folder, "postgres", "postgres")
        try:
            self._run("initdb", "-D", self._folder / "data", "-A", "trust", "-U", "postgres", "--no-sync")
            settings = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c fsync=off -c shared_buffers=256MB"
            self._run("pg_ctl", "-D", self._folder / "data", "-o", settings, "-l", self._folder / "log", "-w", "start")
            self.sql(f"CREATE ROLE {ROLE} LOGIN; CREATE SCHEMA metrics AUTHORIZATION {ROLE}; ALTER ROLE {ROLE} SET search_path = metrics")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([*self._as, self._bin / "pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"host={self._folder} dbname=postgres user={ROLE}"

    def sql(self, text: str) -> None:
        self._run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self._folder, "-U", "postgres", "-d", "postgres", "-c", text)

    def _run(self, program: str, *arguments: object) -> None:
        words = [*self._as, str(self._bin / program), *map(str, arguments)]
        # pg_ctl's server keeps what it was given as output: no pipe, or its end would never come.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/")
            output.seek(0)
            if done.returncode:
                raise SystemExit(f"{' '.join(words)}\nfailed:\n{output.read().decode()}")


def fill(cluster: Cluster, versions: int, pins: int) -> None:
    """Two versions a metric: v1 was replaced by v2, and each was approved. Every pin is another dashboard's, of 1,000 tenants."""
    metrics = versions // 2
    cluster.sql(f"""
      SET search_path = metrics; SET session_replication_role = replica;
      INSERT INTO metric (metric_key, display_name, description, owner, unit, current_version, revision)
      SELECT 'metric_' || n, 'Metric number ' || n, 'What the metric number ' || n || ' measures, in a sentence of usual length', 'growth',
        'ratio', 2, n FROM generate_series(0, {metrics - 1}) AS n;
      INSERT INTO metric_version (metric_key, version, status, dbt_model, relation, definition, edge_cases, columns, migration_guide,
        test_evidence, breaking_change, replacement_version, correction, content_hash, created_by, created_at, activated_at)
      SELECT 'metric_' || n, v, 'active', 'marts/metrics/metric_' || n || '_v' || v, '', 'SUM(revenue_' || n || ') / SUM(spend)',
        '{{"on_zero_denominator": "0", "currency": "separate", "notes": ["Zero spend returns 0"]}}',
        jsonb_build_array(
          jsonb_build_object('name', 'metric_name', 'type', 'text', 'constant', 'metric_' || n),
          jsonb_build_object('name', 'metric_version', 'type', 'text', 'constant', 'v' || v),
          jsonb_build_object('name', 'value', 'type', 'numeric', 'constant', '')),
        '', 'https://ci.example/builds/' || n, false, NULL, 0, sha256(convert_to(n || '/' || v, 'UTF8')),
        'spiffe://lodestar.local/person/ada', now(), now()
      FROM generate_series(0, {metrics - 1}) AS n, generate_series(1, 2) AS v;
      INSERT INTO approval (metric_key, version, number, purpose, status, subject_hash, requested_by, requested_at, ticket,
        breaking_change, reason, advice, declared_against_advice, approvers_needed, used_at)
      SELECT metric_key, version, 1, 'activation', 'approved', content_hash, created_by, now(), 'ANALYTICS-001', false, 'first', '',
        false, 1, now() FROM metric_version;
      INSERT INTO approval_decision (metric_key, version, number, principal, approved, reason, checklist, decided_at)
      SELECT metric_key, version, 1, 'spiffe://lodestar.local/person/grace', true, 'reviewed',
        '{{"formula_is_correct": true, "edge_cases_are_handled": true, "impact_is_understood": true, "migration_is_planned": true}}',
        now() FROM metric_version;
      INSERT INTO metric_current_history (metric_key, revision, version) SELECT metric_key, revision, 2 FROM metric WHERE revision > 0;
      INSERT INTO dashboard_pin (tenant_id, dashboard_id, metric_key, version, owner, pinned_by, pinned_at)
      SELECT 'tenant-' || lpad((n % 1000)::text, 4, '0'), 'dashboard-' || lpad((n / 4)::text, 6, '0'), 'metric_' || (n % {metrics}), 1,
        'growth', 'spiffe://lodestar.local/person/ada', now() FROM generate_series(0, {pins - 1}) AS n;
      UPDATE registry_head SET revision = {metrics}""")
    cluster.sql("SET search_path = metrics; ANALYZE")
