import Messages
import MetricGovernanceDomain
import Postgres
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// Plain SQL with the service's own rights, around all its rules.
@Suite struct DatabaseGuardTests {
  /// v1 active and current, v2 a draft with an approval that bob asked for and nobody decided.
  private func withRegistry(_ body: (GovernanceUnderTest) async throws -> Void) async throws {
    try await withGovernance { service in
      try await service.release()
      try await service.create(.roas("SUM(revenue) / COUNT(orders)"))
      try await service.request("v2")
      try await body(service)
    }
  }

  private func expectRefused(
    _ sql: String, state: String = "23514", _ service: GovernanceUnderTest, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let error = await #expect(throws: PostgresError.self, "\(sql)", sourceLocation: sourceLocation) {
      // What is checked when a transaction ends is checked at its COMMIT.
      try await service.database.transaction { _ = try await $0.execute(Statement(unsafeSQL: sql)) }
    }
    #expect(error?.sqlState == state, "\(sql): \(error?.description ?? "")", sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("draft", "deprecated"), ("draft", "sunset"), ("draft", "retired"), ("active", "draft"), ("active", "sunset"),
    ("active", "retired"), ("deprecated", "draft"), ("deprecated", "retired"), ("sunset", "draft"), ("sunset", "deprecated"),
    ("retired", "draft"), ("retired", "active"), ("retired", "deprecated"), ("retired", "sunset"),
  ])
  func `an edge that the lifecycle does not have is refused`(from: String, to: String) async throws {
    try await withRegistry { service in
      let path = ["draft", "active", "deprecated", "sunset", "retired"]
      let moments = "activated_at = now(), deprecated_at = now(), planned_sunset_at = now(), sunset_at = now(), retired_at = now()"
      for state in path.prefix(path.firstIndex(of: from)! + 1).dropFirst() {
        try await service.database.execute(
          Statement(unsafeSQL: "UPDATE metric_version SET status = '\(state)', \(moments) WHERE version = 2"))
      }
      let activated = to == "draft" ? "activated_at = NULL" : "activated_at = now()"
      await expectRefused("UPDATE metric_version SET status = '\(to)', \(activated) WHERE version = 2", service)
    }
  }

  @Test func `a version that is not active cannot be current, nor stop being active while it is`() async throws {
    try await withRegistry { service in
      await expectRefused("UPDATE metric SET current_version = 2", service)
      await expectRefused("UPDATE metric SET current_version = 7", state: "23503", service)
      await expectRefused(
        "UPDATE metric_version SET status = 'deprecated', deprecated_at = now(), planned_sunset_at = now() WHERE version = 1",
        service)
      let stored = try await service.metric()
      #expect(stored?.current?.description == "v1")
    }
  }

  @Test func `a metric has one row and with it one current version`() async throws {
    try await withRegistry { service in
      await expectRefused("INSERT INTO metric SELECT * FROM metric", state: "23505", service)
    }
  }

  @Test func `what a version says is fixed behind draft`() async throws {
    try await withRegistry { service in
      let other = "decode(repeat('ab', 32), 'hex')"
      await expectRefused("UPDATE metric_version SET definition = 'SUM(x)', content_hash = \(other) WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET definition = 'SUM(x)' WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET dbt_model = 'other' WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET columns = '[{}]' WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET edge_cases = '{}' WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET migration_guide = 'none' WHERE version = 1", service)
      // Calling it a correction does not help without one that was approved.
      await expectRefused(
        "UPDATE metric_version SET definition = 'SUM(x)', content_hash = \(other), correction = 1 WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET version = 9 WHERE version = 1", service)
      await expectRefused("UPDATE metric_version SET created_by = 'nobody' WHERE version = 1", service)
    }
  }

  @Test func `what happened cannot be made undone`() async throws {
    try await withRegistry { service in
      for table in ["audit_event", "approval_decision", "metric_current_history"] {
        await expectRefused("DELETE FROM \(table)", state: "42501", service)
        await expectRefused("TRUNCATE \(table) CASCADE", state: "42501", service)
      }
      await expectRefused("UPDATE audit_event SET actor = 'nobody'", state: "42501", service)
      await expectRefused("UPDATE approval_decision SET approved = false", state: "42501", service)
      await expectRefused("DELETE FROM metric_version WHERE version = 1", state: "23503", service)
    }
  }

  private static func decision(_ principal: String) -> String {
    "INSERT INTO approval_decision VALUES ('roas', 2, 1, '\(principal)', true, 'yes', '{}', now())"
  }

  @Test func `nobody approves what they asked for, and no service approves`() async throws {
    try await withRegistry { service in
      await expectRefused(Self.decision("spiffe://lodestar.local/person/bob"), service)
      await expectRefused(Self.decision("spiffe://lodestar.local/robot"), service)
      try await service.database.execute(Statement(unsafeSQL: Self.decision("spiffe://lodestar.local/person/ada")))
      await expectRefused(Self.decision("spiffe://lodestar.local/person/ada"), state: "23505", service)
    }
  }

  @Test func `an approval needs its people, stays for what it was for, and is used once`() async throws {
    try await withRegistry { service in
      await expectRefused("UPDATE approval SET status = 'approved' WHERE version = 2", service)
      await expectRefused("UPDATE approval SET subject_hash = decode(repeat('ab', 32), 'hex') WHERE version = 2", service)
      await expectRefused("UPDATE approval SET purpose = 'rollback' WHERE version = 2", service)
      await expectRefused("UPDATE approval SET breaking_change = true WHERE version = 2", service)
      await expectRefused("UPDATE approval SET used_at = now() WHERE version = 2", service)
      // v1's was used.
      await expectRefused("UPDATE approval SET used_at = NULL WHERE version = 1", service)
      await expectRefused("UPDATE approval SET status = 'pending', used_at = NULL WHERE version = 1", service)
      await expectRefused(
        "INSERT INTO approval SELECT metric_key, version, 2, purpose, status, subject_hash, requested_by, requested_at, ticket, breaking_change, reason, advice, declared_against_advice, approvers_needed, correction, used_at FROM approval WHERE version = 2",
        state: "23505", service)
    }
  }

  @Test func `a dashboard has one pin on a metric, and only on a version that is there`() async throws {
    try await withRegistry { service in
      try await service.pin()
      let pin = { (version: Int) in "INSERT INTO dashboard_pin VALUES ('acme', 'sales', 'roas', \(version), '', '', now())" }
      await expectRefused(pin(1), state: "23505", service)
      await expectRefused("UPDATE dashboard_pin SET version = 9", state: "23503", service)
    }
  }
}
