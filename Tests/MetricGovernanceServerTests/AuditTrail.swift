import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import TestSupport

@testable import MetricGovernanceServer

/// A database with an audit trail of so many events, and everybody who works with it.
struct AuditTrail: Sendable {
  let test: TestDatabase
  let database: Database

  var handler: AuditTrailHandler { AuditTrailHandler(database: database) }

  func append(_ count: Int, _ event: GovernanceEvent = .versionCreated, metric: String = "roas", actor: String = "ada") async throws
  {
    let records = (0..<count).map {
      AuditRecord(
        event: event, subject: "\(metric)@v\($0 + 1)", metricKey: metric, version: "v\($0 + 1)",
        reason: "because, it's \"said\" 'ü'",
        before: "", after: #"{"definition":"SUM(a)"}"#)
    }
    try await append(records, actor: actor)
  }

  func append(_ records: [AuditRecord], actor: String = "ada") async throws {
    try await database.transaction { transaction in
      try await transaction.execute("SELECT revision FROM registry_head FOR UPDATE")
      let now = try await transaction.query("SELECT governance_now() AS now")[0].decode("now", as: TimestampMicroseconds.self)
      try await AuditLedger().append(
        records, actor: actor, at: Instant(microseconds: now.sinceEpoch), revision: 1, in: transaction)
    }
  }

  func verify(_ checkpoints: AuditCheckpoint...) async throws -> VerifyAuditChainResponse {
    try await Self.answered {
      try await handler.verifyAuditChain(VerifyAuditChainRequest(checkpoints: checkpoints), context: ServiceUnderTest.context)
    }
  }

  func checkpoint() async throws -> AuditCheckpoint {
    try await handler.takeCheckpoint(TakeCheckpointRequest(), context: ServiceUnderTest.context)
  }

  func list(_ request: ListAuditEventsRequest) async throws -> ListAuditEventsResponse {
    try await Self.answered { try await handler.listAuditEvents(request, context: ServiceUnderTest.context) }
  }

  /// Errors as a caller sees them.
  private static func answered<Answer>(_ call: () async throws -> Answer) async throws(RPCError) -> Answer {
    do { return try await call() } catch { throw RPCError.answering(error) }
  }

  /// What somebody does who may do everything with the database.
  func tamper(_ sql: String) async throws {
    let test = test
    try await blocking {
      try test.cluster.administrator(database: test.name).runScript(
        """
        SET session_replication_role = replica; SET search_path = metrics;
        ALTER TABLE audit_event DROP CONSTRAINT IF EXISTS audit_event_seq_check;
        """ + sql)
    }
  }
}

func withAuditTrail<Result: Sendable>(of count: Int = 0, _ body: (AuditTrail) async throws -> Result) async throws -> Result {
  try await withTestDatabase { test in
    try await test.withDatabase(.metrics) { database in
      try await ServiceUnderTest(database: database).prepare()
      let trail = AuditTrail(test: test, database: database)
      if count > 0 { try await trail.append(count) }
      return try await body(trail)
    }
  }
}
