import MetricGovernanceDomain
import Postgres

/// Where the registry is, in one row.
struct ReadRegistryHead: Query {
  struct Head: Sendable {
    var revision: Int64
    var registryID: String
    /// By the database's clock.
    var now: Instant
  }

  var statement: Statement { "SELECT revision, registry_id::text AS registry_id, governance_now() AS now FROM registry_head" }

  static func decode(_ row: Row) throws -> Head {
    Head(
      revision: try row.decode("revision"), registryID: try row.decode("registry_id"),
      now: Instant(try row.decode("now", as: TimestampMicroseconds.self)))
  }

  static func read(in transaction: Transaction) async throws -> Head {
    try await transaction.fetchFirst(ReadRegistryHead()) ?? { throw missing }()
  }

  static let missing = PostgresError(.decoding, "registry_head has no row")
}

/// What was changed behind a revision, in order.
struct ReadRegistryChanges: Query {
  struct Line: Sendable {
    var revision: Int64
    var at: Int64
    var event: String
    var metric: String
    var tenant: String?
    var dashboard: String?
    var pinnedVersion: Int32?
  }

  var behind: Int64
  var upTo: Int64
  /// Whole revisions: those that begin within so many rows.
  var mostRows: Int

  var statement: Statement {
    """
    SELECT revision, at, event, metric_key, tenant_id, dashboard_id, pinned_version FROM registry_change
    WHERE revision > \(behind) AND revision <= least(\(upTo), (
      SELECT coalesce(max(revision), \(upTo)) FROM (
        SELECT revision FROM registry_change WHERE revision > \(behind) ORDER BY revision, position LIMIT \(mostRows)) AS first_ones))
    ORDER BY revision, position
    """
  }

  static func decode(_ row: Row) throws -> Line {
    Line(
      revision: try row.decode(0), at: try row.decode(1, as: TimestampMicroseconds.self).sinceEpoch, event: try row.decode(2),
      metric: try row.decode(3), tenant: try row.decode(4), dashboard: try row.decode(5), pinnedVersion: try row.decode(6))
  }

  /// The lines as watchers are told of them: of each revision a part for each metric, in the order in which they were touched first.
  static func parts(of lines: [Line]) -> [ChangePart] {
    var parts: [ChangePart] = []
    var start = 0
    while start < lines.count {
      let revision = lines[start].revision
      let end = lines[start...].firstIndex { $0.revision != revision } ?? lines.count
      parts += partsOfOneRevision(lines[start..<end])
      start = end
    }
    return parts
  }

  private static func partsOfOneRevision(_ lines: ArraySlice<Line>) -> [ChangePart] {
    var parts: [ChangePart] = []
    var places: [String: Int] = [:]
    for line in lines {
      let place = places[line.metric] ?? parts.count
      if place == parts.count {
        places[line.metric] = place
        parts.append(
          ChangePart(revision: line.revision, part: place + 1, parts: 0, atMicroseconds: line.at, metric: line.metric))
      }
      if !parts[place].events.contains(line.event) { parts[place].events.append(line.event) }
      if let tenant = line.tenant, let dashboard = line.dashboard {
        parts[place].pins.append(.init(tenant: tenant, dashboard: dashboard, version: line.pinnedVersion))
      } else {
        parts[place].isOfMetric = true
      }
    }
    for place in parts.indices { parts[place].parts = parts.count }
    return parts
  }
}
