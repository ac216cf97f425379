import Messages
import Postgres
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

/// What somebody with all rights on the database does to the trail, and what its verification says of it.
@Suite struct AuditTamperingTests {
  @Test func `a trail as it was written is intact`() async throws {
    try await withAuditTrail(of: 40) { trail in
      try await trail.append(3)
      let checkpoint = try await trail.checkpoint()
      try await trail.append(1)
      let verdict = try await trail.verify(checkpoint)
      #expect(verdict.isIntact && verdict.events == 44 && verdict.brokenSeq == 0 && verdict.fault == "")
      #expect(verdict.head?.seq == 44)
    }
  }

  @Test func `an empty trail is intact, and has nowhere to put a checkpoint`() async throws {
    try await withAuditTrail { trail in
      let verdict = try await trail.verify()
      #expect(verdict.isIntact && verdict.head == nil)
      let error = await #expect(throws: RPCError.self) { try await trail.checkpoint() }
      #expect(error?.code == .failedPrecondition)
    }
  }

  @Test(arguments: [
    "event = 'metric.rollback_executed'", "severity = 'low'", "actor = 'mallory'", "at_us = at_us - 1", "subject = 'x'",
    "metric_key = 'cac'", "version = 'v9'", "reason = ''", "before = ' '", "after = ''", "registry_revision = 2",
    "hash = sha256(hash)", "prev_hash = sha256(hash)",
  ])
  func `a changed cell is found`(change: String) async throws {
    try await expect("UPDATE audit_event SET \(change) WHERE seq = 17", "changed", 17)
  }

  @Test func `a removed row is found, also when the rest is renumbered`() async throws {
    try await expect("DELETE FROM audit_event WHERE seq = 17", "removed", 17)
    try await expect(
      """
      DELETE FROM audit_event WHERE seq = 17;
      UPDATE audit_event SET seq = -seq WHERE seq > 17; UPDATE audit_event SET seq = -seq - 1 WHERE seq < 0
      """, "removed", 17)
  }

  @Test func `an inserted row is found`() async throws {
    try await expect(
      """
      UPDATE audit_event SET seq = -seq WHERE seq >= 17; UPDATE audit_event SET seq = -seq + 1 WHERE seq < 0;
      INSERT INTO audit_event SELECT 17, event, severity, 'mallory', at_us, subject, metric_key, version, reason, before, after,
        registry_revision, prev_hash, sha256(hash) FROM audit_event WHERE seq = 18
      """, "inserted", 17)
  }

  @Test(arguments: [(17, 18), (3, 39)]) func `two rows that changed places are found`(one: Int, other: Int) async throws {
    try await expect(
      """
      UPDATE audit_event SET seq = -1 WHERE seq = \(one); UPDATE audit_event SET seq = \(one) WHERE seq = \(other);
      UPDATE audit_event SET seq = \(other) WHERE seq = -1
      """, "reordered", Int64(one))
  }

  @Test func `a cut-off end is found against a checkpoint kept here or elsewhere`() async throws {
    try await withAuditTrail(of: 40) { trail in
      let checkpoint = try await trail.checkpoint()
      try await trail.tamper("DELETE FROM audit_event WHERE seq > 30")
      let here = try await trail.verify()
      #expect(here.fault == "cut_off" && here.brokenSeq == 31, "\(here.explanation)")
      try await trail.tamper("DELETE FROM audit_checkpoint")
      #expect(try await trail.verify().isIntact)
      let elsewhere = try await trail.verify(checkpoint)
      #expect(elsewhere.fault == "cut_off" && elsewhere.brokenSeq == 31, "\(elsewhere.explanation)")
      // Grown again with other events, it ends where it ended, but not as it did.
      try await trail.append(10, actor: "mallory")
      #expect(try await trail.verify().isIntact)
      let regrown = try await trail.verify(checkpoint)
      #expect(regrown.fault == "changed" && regrown.brokenSeq == 40, "\(regrown.explanation)")
    }
  }

  @Test(arguments: ["audit_event", "audit_checkpoint"])
  func `the service's role can neither change nor remove what is written`(table: String) async throws {
    try await withAuditTrail(of: 2) { trail in
      _ = try await trail.checkpoint()
      for statement: Statement in [
        "UPDATE \(identifier: table) SET seq = seq", "DELETE FROM \(identifier: table)", "TRUNCATE \(identifier: table) CASCADE",
        "DELETE FROM \(identifier: table) WHERE seq = 1", "UPDATE \(identifier: table) SET hash = hash WHERE seq = 2",
      ] {
        let error = await #expect(throws: PostgresError.self) { try await trail.database.execute(statement) }
        #expect(error?.sqlState == "42501", "\(statement.sql): \(String(describing: error))")
      }
      #expect(try await trail.verify().isIntact)
    }
  }

  @Test(arguments: ["audit_event", "audit_checkpoint"])
  func `a right that was granted again does not help: the trigger refuses as well`(table: String) async throws {
    try await withAuditTrail(of: 2) { trail in
      _ = try await trail.checkpoint()
      try await trail.database.execute("GRANT ALL ON audit_event, audit_checkpoint TO CURRENT_USER")
      for statement: Statement in [
        "UPDATE \(identifier: table) SET seq = seq", "DELETE FROM \(identifier: table)", "TRUNCATE \(identifier: table) CASCADE",
      ] {
        let error = await #expect(throws: PostgresError.self) { try await trail.database.execute(statement) }
        #expect(error?.message.contains("append-only") == true, "\(statement.sql): \(String(describing: error))")
      }
    }
  }

  private func expect(
    _ tampering: String, _ fault: String, _ seq: Int64, at location: SourceLocation = #_sourceLocation
  ) async throws {
    try await withAuditTrail(of: 40) { trail in
      try await trail.tamper(tampering)
      let verdict = try await trail.verify()
      #expect(!verdict.isIntact, sourceLocation: location)
      #expect(verdict.fault == fault, "\(verdict.explanation)", sourceLocation: location)
      #expect(verdict.brokenSeq == seq, "\(verdict.explanation)", sourceLocation: location)
    }
  }
}
