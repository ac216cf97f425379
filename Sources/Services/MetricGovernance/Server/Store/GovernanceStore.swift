import Jobs
import MetricGovernanceDomain
import Postgres
import Wire

/// Where every change of the registry goes through: one transaction that has the change, its audit events, its notices, what watchers are
/// told and the answer for a repetition, or none of them. Throws `Refusal`, `IdempotencyConflict` and `PostgresError`.
struct GovernanceStore: Sendable {
  /// Told of each new revision.
  static let channel = "metric_registry"

  let database: Database
  let outbox: Outbox
  /// Called with each new revision before its writer is answered, so that a caller reads what it wrote.
  var afterWrite: @Sendable (Int64) async -> Void = { _ in }

  /// Runs the body under the registry's lock, at the database's time, and writes what it recorded. A call that was answered before gets
  /// that answer again, and a body that recorded nothing writes nothing and makes no revision.
  func write<Answer: WireMessage>(
    _ call: GovernanceCall, deadline: ContinuousClock.Instant?, _ body: (GovernanceChange) async throws -> Answer
  ) async throws -> Answer {
    try call.check()
    let (answer, revision) = try await database.transaction(deadline: deadline) { transaction -> (Answer, Int64?) in
      let moment = try await RegistryMoment.locked(in: transaction)
      if let known = try await IdempotencyKeys().recall(call.keyed, in: transaction) {
        return (try Answer(wireBytes: known), nil)
      }
      let change = GovernanceChange(transaction, principal: call.principal, now: try moment.now, revision: moment.revision + 1)
      let answer = try await body(change)
      guard change.hasRecorded else { return (answer, nil) }
      try await finish(change)
      try await IdempotencyKeys().store(try answer.wireBytes(), for: call.keyed, in: transaction)
      return (answer, change.touches.isEmpty ? nil : change.revision)
    }
    if let revision { await afterWrite(revision) }
    return answer
  }

  /// Runs the body as `write` would, on what is stored now, and writes nothing of what it records.
  func preview<Answer: Sendable>(
    as principal: Principal, deadline: ContinuousClock.Instant?, _ body: (GovernanceChange) async throws -> Answer
  ) async throws -> Answer {
    try await database.transaction(isolation: .readOnlySnapshot, deadline: deadline) { transaction in
      let moment = try await RegistryMoment.seen(in: transaction)
      return try await body(
        GovernanceChange(transaction, principal: principal, now: try moment.now, revision: moment.revision + 1))
    }
  }

  private func finish(_ change: GovernanceChange) async throws {
    let transaction = change.transaction
    let revision = change.revisionBehind
    try await AuditLedger().append(
      change.records, actor: change.principal.uri, at: change.now, revision: revision, in: transaction)
    try await outbox.enqueue(change.notices, at: change.now, in: transaction)
    if !change.touches.isEmpty {
      _ = try await transaction.pipeline([
        RegistryTouch.insert(change.touches, revision: revision, at: change.now),
        "UPDATE registry_head SET revision = \(revision)",
        "SELECT pg_notify(\(Self.channel), \(String(revision)))",
      ])
    }
  }
}

/// A call that changes something, as the store has to know it.
struct GovernanceCall: Sendable {
  var principal: Principal
  /// "/lodestar.metrics.v1.MetricLifecycle/Activate"
  var method: String
  var idempotencyKey: String
  /// The request in its binary form, of which equal requests have the same.
  var request: [UInt8]

  var keyed: KeyedCall {
    KeyedCall(principal: principal.uri, key: idempotencyKey, method: method, request: request)
  }

  func check() throws(Refusal) {
    guard !idempotencyKey.isEmpty else {
      throw Refusal(
        .invalid, "IDEMPOTENCY_KEY_MISSING", field: "idempotency_key",
        "The call has no idempotency key; send a text of your own, new for each change and the same when you repeat one.")
    }
  }
}

/// Which moment a change takes place in: the newest revision and what time it is.
struct RegistryMoment: Sendable {
  /// A clock that is behind the newest event by no more than this stands still until it has caught up; one that is further behind was set
  /// back, and no date could be trusted.
  static let toleratedDelay: Int64 = 60_000_000

  var revision: Int64
  var clock: Instant
  /// When the newest audit event took place; nil before the first.
  var newestEvent: Instant?

  /// Never earlier than what took place already.
  var now: Instant {
    get throws(Refusal) {
      guard let newestEvent, clock < newestEvent else { return clock }
      guard newestEvent.microseconds - clock.microseconds <= Self.toleratedDelay else {
        throw Refusal(
          .precondition, "CLOCK_SET_BACK",
          "The database's clock says \(clock.utc), but the newest audit event took place at \(newestEvent.utc): set the clock right. Nothing was changed."
        )
      }
      return newestEvent
    }
  }

  /// Waits until the changes before have ended. Two statements: the second sees what was committed while the first waited.
  static func locked(in transaction: Transaction) async throws -> RegistryMoment {
    let results = try await transaction.pipeline(["SELECT revision FROM registry_head FOR UPDATE", Reading().statement])
    return try results[1].first.map(Reading.decode) ?? { throw ReadRegistryHead.missing }()
  }

  static func seen(in transaction: Transaction) async throws -> RegistryMoment {
    try await transaction.fetchFirst(Reading()) ?? { throw ReadRegistryHead.missing }()
  }

  private struct Reading: Query {
    var statement: Statement {
      """
      SELECT revision, governance_now() AS clock, (SELECT at_us FROM audit_event ORDER BY seq DESC LIMIT 1) AS newest_us
      FROM registry_head
      """
    }

    static func decode(_ row: Row) throws -> RegistryMoment {
      RegistryMoment(
        revision: try row.decode("revision"), clock: Instant(try row.decode("clock")),
        newestEvent: try row.decode("newest_us", as: Int64?.self).map(Instant.init(microseconds:)))
    }
  }
}
