import MetricGovernanceDomain
import Postgres

/// Metrics with all their versions, approvals and history, read in one round trip.
enum StoredMetrics {
  /// Those of the keys that are there, in the order of their keys.
  static func read(_ keys: [MetricKey], in transaction: Transaction) async throws -> [Metric] {
    let keys = keys.map(\.text)
    let results = try await transaction.pipeline([
      MetricRows(keys: keys).statement, VersionRows(keys: keys).statement, ApprovalRows(keys: keys).statement,
      DecisionRows(keys: keys).statement, HistoryRows(keys: keys).statement,
    ])
    var decisions = Dictionary(grouping: try results[3].map(DecisionRows.decode), by: \.approval)
    var approvals: [VersionPlace: [Approval]] = [:]
    for row in try results[2].map(ApprovalRows.decode) {
      var approval = row.approval
      approval.decisions =
        decisions.removeValue(forKey: ApprovalPlace(version: row.place, number: approval.number))?.map(\.decision) ?? []
      approvals[row.place, default: []].append(approval)
    }
    var versions: [MetricKey: [MetricVersion]] = [:]
    for row in try results[1].map(VersionRows.decode) {
      var version = row.version
      version.approvals = approvals[row.place] ?? []
      versions[row.place.metric, default: []].append(version)
    }
    let history = Dictionary(grouping: try results[4].map(HistoryRows.decode), by: \.metric)
    return try results[0].map { row in
      var metric = try MetricRows.decode(row)
      metric.versions = versions[metric.key] ?? []
      metric.currentHistory = (history[metric.key] ?? []).map(\.number)
      return metric
    }
  }
}

/// Where a version is.
struct VersionPlace: Hashable, Sendable {
  var metric: MetricKey
  var number: VersionNumber

  init(metric: MetricKey, number: VersionNumber) {
    self.metric = metric
    self.number = number
  }

  /// Reads the columns metric_key and version.
  init(_ row: Row) throws {
    metric = try MetricKey.stored(row)
    number = try VersionNumber.stored(try row.decode("version"))
  }
}

struct ApprovalPlace: Hashable, Sendable {
  var version: VersionPlace
  var number: Int32
}

extension MetricKey {
  static func stored(_ row: Row) throws -> MetricKey {
    let text: String = try row.decode("metric_key")
    guard let key = MetricKey(text) else { throw PostgresError(.decoding, "\"\(text)\" is stored as a metric's key and is none") }
    return key
  }
}

extension VersionNumber {
  static func stored(_ number: Int32) throws -> VersionNumber {
    guard let version = VersionNumber(number) else {
      throw PostgresError(.decoding, "\(number) is stored as a version and is none")
    }
    return version
  }
}

struct MetricRows: Query {
  var keys: [String]

  var statement: Statement {
    """
    SELECT metric_key, display_name, description, owner, unit, current_version, revision FROM metric
    WHERE metric_key = ANY(\(keys)) ORDER BY metric_key COLLATE "C"
    """
  }

  /// Without its versions and history.
  static func decode(_ row: Row) throws -> Metric {
    Metric(
      key: try .stored(row),
      facts: MetricFacts(
        displayName: try row.decode("display_name"), description: try row.decode("description"), owner: try row.decode("owner"),
        unit: try row.decode("unit")),
      current: try row.decode("current_version", as: Int32?.self).map(VersionNumber.stored), revision: try row.decode("revision"))
  }
}

struct VersionRows: Query {
  struct Line: Sendable {
    var place: VersionPlace
    var version: MetricVersion
  }

  var keys: [String]

  var statement: Statement {
    """
    SELECT metric_key, version, status, dbt_model, relation, definition, edge_cases, columns, migration_guide, test_evidence,
      breaking_change, replacement_version, correction, content_hash, created_by, created_at, activated_at, deprecated_at,
      planned_sunset_at, sunset_at, retired_at
    FROM metric_version WHERE metric_key = ANY(\(keys)) ORDER BY metric_key COLLATE "C", version
    """
  }

  /// Without its approvals.
  static func decode(_ row: Row) throws -> Line {
    let place = try VersionPlace(row)
    let content = VersionContent(
      dbtModel: try row.decode("dbt_model"), relation: try row.decode("relation"), definition: try row.decode("definition"),
      edgeCases: try StoredContent.edgeCases(row.decode("edge_cases")), columns: try StoredContent.columns(row.decode("columns")),
      migrationGuide: try row.decode("migration_guide"))
    func moment(_ column: String) throws -> Instant? {
      try row.decode(column, as: TimestampMicroseconds?.self).map { Instant($0) }
    }
    let version = MetricVersion(
      number: place.number, status: try word(row, "status"), content: content, contentHash: try row.decode("content_hash"),
      correction: try row.decode("correction"), isBreaking: try row.decode("breaking_change"),
      replacement: try row.decode("replacement_version", as: Int32?.self).map(VersionNumber.stored),
      testEvidence: try row.decode("test_evidence"), createdBy: try row.decode("created_by"),
      moments: VersionMoments(
        created: Instant(try row.decode("created_at")), activated: try moment("activated_at"),
        deprecated: try moment("deprecated_at"), plannedSunset: try moment("planned_sunset_at"), sunset: try moment("sunset_at"),
        retired: try moment("retired_at")))
    return Line(place: place, version: version)
  }
}

struct ApprovalRows: Query {
  struct Line: Sendable {
    var place: VersionPlace
    var approval: Approval
  }

  var keys: [String]

  var statement: Statement {
    """
    SELECT metric_key, version, number, purpose, status, subject_hash, requested_by, requested_at, ticket, breaking_change, reason,
      advice, declared_against_advice, approvers_needed, correction, used_at
    FROM approval WHERE metric_key = ANY(\(keys)) ORDER BY metric_key COLLATE "C", version, number
    """
  }

  /// Without its decisions.
  static func decode(_ row: Row) throws -> Line {
    let approval = Approval(
      number: try row.decode("number"), purpose: try word(row, "purpose"), status: try word(row, "status"),
      subjectHash: try row.decode("subject_hash"), requestedBy: try row.decode("requested_by"),
      requestedAt: Instant(try row.decode("requested_at")), ticket: try row.decode("ticket"),
      isBreaking: try row.decode("breaking_change"), reason: try row.decode("reason"), advice: try row.decode("advice"),
      isAgainstAdvice: try row.decode("declared_against_advice"), approversNeeded: try row.decode("approvers_needed"),
      correction: try row.decode("correction", as: JSONText?.self).map(StoredContent.content),
      usedAt: try row.decode("used_at", as: TimestampMicroseconds?.self).map { Instant($0) })
    return Line(place: try VersionPlace(row), approval: approval)
  }
}

struct DecisionRows: Query {
  struct Line: Sendable {
    var approval: ApprovalPlace
    var decision: Approval.Decision
  }

  var keys: [String]

  var statement: Statement {
    """
    SELECT metric_key, version, number, principal, approved, reason, checklist, decided_at FROM approval_decision
    WHERE metric_key = ANY(\(keys)) ORDER BY decided_at, principal COLLATE "C"
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(
      approval: ApprovalPlace(version: try VersionPlace(row), number: try row.decode("number")),
      decision: Approval.Decision(
        principal: try row.decode("principal"), isApproved: try row.decode("approved"), reason: try row.decode("reason"),
        checklist: try StoredContent.checklist(row.decode("checklist")), at: Instant(try row.decode("decided_at"))))
  }
}

struct HistoryRows: Query {
  var keys: [String]

  var statement: Statement {
    "SELECT metric_key, version FROM metric_current_history WHERE metric_key = ANY(\(keys)) ORDER BY metric_key COLLATE \"C\", revision"
  }

  static func decode(_ row: Row) throws -> VersionPlace { try VersionPlace(row) }
}

private func word<Word: RawRepresentable>(_ row: Row, _ column: String) throws -> Word where Word.RawValue == String {
  let text: String = try row.decode(column)
  guard let word = Word(rawValue: text) else {
    throw PostgresError(.decoding, "\(column) is stored as \"\(text)\", which is no \(Word.self)")
  }
  return word
}
