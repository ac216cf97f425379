import Postgres
import SheetSyncDomain

/// A constraint set, and the revision at which a workbook saw it.
struct SeenHead: Equatable, Sendable {
  /// The scenario and the set.
  var set: RowKey
  /// Empty when there was no such set.
  var revision: String

  fileprivate init(_ row: Row) throws {
    set = RowKey([try row.decode(0), try row.decode(1)])
    revision = try row.decode(2)
  }

  init(_ set: RowKey, _ revision: String) {
    self.set = set
    self.revision = revision
  }
}

/// Where the sets of a workbook stood when it last saw them.
struct SeenHeadsOfWorkbook: Query {
  var path: String

  var statement: Statement {
    "SELECT scenario_key, set_key, revision FROM seen_heads WHERE workbook_path = \(path) ORDER BY scenario_key, set_key"
  }

  static func decode(_ row: Row) throws -> SeenHead { try SeenHead(row) }
}

/// The same, forgotten as they are told.
struct TakeSeenHeads: Query {
  var path: String

  var statement: Statement {
    "DELETE FROM seen_heads WHERE workbook_path = \(path) RETURNING scenario_key, set_key, revision"
  }

  static func decode(_ row: Row) throws -> SeenHead { try SeenHead(row) }
}

struct KeepSeenHeads {
  var path: String
  var heads: [SeenHead]

  var statement: Statement {
    """
    INSERT INTO seen_heads (workbook_path, scenario_key, set_key, revision)
    SELECT \(path), scenario_key, set_key, revision
    FROM unnest(\(heads.map { $0.set.folded[0] }), \(heads.map { $0.set.folded[1] }), \(heads.map(\.revision)))
      AS seen (scenario_key, set_key, revision)
    ON CONFLICT (workbook_path, scenario_key, set_key) DO UPDATE SET revision = excluded.revision, seen_at = now()
    """
  }
}
