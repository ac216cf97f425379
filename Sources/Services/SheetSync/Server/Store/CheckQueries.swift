import Messages
import Postgres

/// What the headers of a workbook's tabs looked like at their last saves.
struct FingerprintsOfWorkbook: Query {
  struct Fingerprint: Sendable {
    var tab: String
    var text: String
  }

  var path: String

  var statement: Statement { "SELECT tab, fingerprint FROM header_fingerprints WHERE workbook_path = \(path)" }

  static func decode(_ row: Row) throws -> Fingerprint {
    Fingerprint(tab: try row.decode("tab"), text: try row.decode("fingerprint"))
  }
}

/// The actions that are being done on a workbook, the oldest first.
struct RunningActionsOfWorkbook: Query {
  var path: String

  var statement: Statement {
    "SELECT \(ActionRunRow.columns) FROM action_runs WHERE workbook_path = \(path) AND status = 1 ORDER BY started_at"
  }

  static func decode(_ row: Row) throws -> ActionRun { try ActionRunRow.decode(row) }
}

/// The database's own time.
struct DatabaseTime: Query {
  var statement: Statement { "SELECT clock_timestamp()" }

  static func decode(_ row: Row) throws -> TimestampMicroseconds { try row.decode(0) }
}

extension ActionStore {
  /// By tab.
  func fingerprints(of path: String) async throws -> [String: String] {
    Dictionary(try await database.fetch(FingerprintsOfWorkbook(path: path)).map { ($0.tab, $0.text) }) { $1 }
  }

  func runningActions(on path: String) async throws -> [ActionRun] {
    try await database.fetch(RunningActionsOfWorkbook(path: path))
  }

  func databaseNowUs() async throws -> Int64 {
    try await database.fetchFirst(DatabaseTime())?.sinceEpoch ?? 0
  }
}
