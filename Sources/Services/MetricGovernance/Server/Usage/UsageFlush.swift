import MetricGovernanceDomain
import Postgres

/// Adds uses to the table metric_usage, and how far journals were taken, in one transaction: whatever dies in between, every use is
/// counted once.
struct UsageFlush: Sendable {
  /// Rows of one statement.
  static let rowsPerStatement = 5_000

  /// What is in memory only. Its number, kept where journals' places are, tells whether it was committed when nobody heard the answer.
  struct Batch: Sendable {
    var journal: String
    var number: Int64
    var uses: [UseKey: UseCount]
    /// Whether these are of versions that are to go.
    var untold: [UseKey: UseCount]
  }

  var pieces: [UsageJournal.Piece]
  var batch: Batch?
  /// Journals whose files are gone.
  var forgotten: [String]

  /// When its transaction commits, every piece is counted up to its end, and the batch under its number.
  func run(in transaction: Transaction) async throws {
    let names = pieces.map(\.segment.id) + (batch.map { [$0.journal] } ?? [])
    let taken = try await taken(names.sorted(), in: transaction)
    var journaled = UseTally()
    for piece in pieces {
      piece.segment.add(from: Int(taken[piece.segment.id] ?? 0), to: piece.end, to: &journaled)
    }
    var untold = journaled.uses
    var uses: [UseKey: UseCount] = [:]
    if let batch, taken[batch.journal] ?? 0 < batch.number {
      uses = batch.uses
      untold.merge(batch.untold) { $0.adding($1) }
    }
    uses.merge(untold) { $0.adding($1) }
    var statements = Self.add(uses)
    statements += Self.addUntold(untold)
    for piece in pieces { statements.append(Self.take(piece.segment.id, Int64(piece.end))) }
    if let batch { statements.append(Self.take(batch.journal, batch.number)) }
    if !forgotten.isEmpty { statements.append("DELETE FROM usage_journal WHERE journal = ANY(\(forgotten))") }
    _ = try await transaction.pipeline(statements)
  }

  /// How far the journals were taken; holds their rows until the end, against one who takes the same over.
  private func taken(_ names: [String], in transaction: Transaction) async throws -> [String: Int64] {
    let rows = try await transaction.pipeline([
      """
      INSERT INTO usage_journal (journal, taken, taken_at) SELECT name, 0, governance_now() FROM unnest(\(names)::text[]) AS name
      ON CONFLICT DO NOTHING
      """,
      "SELECT journal, taken FROM usage_journal WHERE journal = ANY(\(names)) ORDER BY journal FOR UPDATE",
    ])
    var taken: [String: Int64] = [:]
    for row in rows[1] { taken[try row.decode(0)] = try row.decode(1, as: Int64.self) }
    return taken
  }

  private static func take(_ journal: String, _ place: Int64) -> Statement {
    "UPDATE usage_journal SET taken = \(place), taken_at = governance_now() WHERE journal = \(journal)"
  }

  private static func add(_ uses: [UseKey: UseCount]) -> [Statement] {
    let sorted = uses.sorted { $0.key < $1.key }
    return stride(from: 0, to: sorted.count, by: rowsPerStatement).map { start in
      let some = sorted[start..<min(sorted.count, start + rowsPerStatement)]
      return """
        INSERT INTO metric_usage AS known (metric_key, version, tenant_id, dashboard_id, day, queries, last_seen_at)
        SELECT metric_key, version, tenant_id, dashboard_id, date '1970-01-01' + day, queries, last_seen_at
        FROM unnest(
          \(some.map(\.key.metric))::text[], \(some.map(\.key.version))::int[], \(some.map(\.key.tenant))::text[],
          \(some.map(\.key.dashboard))::text[], \(some.map(\.key.day))::int[], \(some.map(\.value.queries))::bigint[],
          \(some.map { $0.value.lastSeen.timestamp })::timestamptz[]
        ) AS used (metric_key, version, tenant_id, dashboard_id, day, queries, last_seen_at)
        ON CONFLICT (metric_key, version, day, tenant_id, dashboard_id) DO UPDATE
        SET queries = known.queries + excluded.queries, last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
        """
    }
  }

  /// For the audit trail: see ``UsageTelling``.
  private static func addUntold(_ uses: [UseKey: UseCount]) -> [Statement] {
    var versions: [UseKey: UseCount] = [:]
    for (use, count) in uses {
      let version = UseKey(metric: use.metric, version: use.version, day: 0, tenant: "", dashboard: "")
      versions[version] = versions[version]?.adding(count) ?? count
    }
    guard !versions.isEmpty else { return [] }
    let sorted = versions.sorted { $0.key < $1.key }
    return [
      """
      INSERT INTO metric_usage_untold AS known (metric_key, version, queries, first_seen_at, last_seen_at)
      SELECT * FROM unnest(
        \(sorted.map(\.key.metric))::text[], \(sorted.map(\.key.version))::int[], \(sorted.map(\.value.queries))::bigint[],
        \(sorted.map { $0.value.firstSeen.timestamp })::timestamptz[], \(sorted.map { $0.value.lastSeen.timestamp })::timestamptz[])
      ON CONFLICT (metric_key, version) DO UPDATE
      SET queries = known.queries + excluded.queries,
        first_seen_at = CASE known.queries WHEN 0 THEN excluded.first_seen_at
          ELSE least(known.first_seen_at, excluded.first_seen_at) END,
        last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
      """
    ]
  }
}

extension UseCount {
  func adding(_ other: UseCount) -> UseCount {
    var sum = self
    sum.add(other)
    return sum
  }
}
