import Postgres
import SheetSyncDomain
import Wire

/// Statuses that a workbook does not have yet.
struct UnfinishedWrite: Sendable {
  struct Row: Sendable, Equatable {
    var rowNumber: Int
    /// The parts of the row's key, as spelt when it was read.
    var key: [String]
    var status: String
  }

  var actionRunID: String
  var workbookPath: String
  /// The tab's name as the workbook spelt it.
  var tab: String
  var source: String
  var decidedAtUs: Int64
  var rows: [Row]
}

/// Keeps statuses until they are in their workbook.
struct KeepUnfinishedWrite {
  var write: UnfinishedWrite

  var statement: Statement {
    """
    INSERT INTO unfinished_writes (action_run_id, workbook_path, tab, source, decided_at, rows)
    VALUES (\(write.actionRunID), \(write.workbookPath), \(write.tab), \(write.source),
      \(TimestampMicroseconds(sinceEpoch: write.decidedAtUs)), \(JSONText(JSONValue.array(write.rows.map(Self.json)).text())))
    ON CONFLICT (action_run_id) DO UPDATE SET rows = excluded.rows
    """
  }

  private static func json(_ row: UnfinishedWrite.Row) -> JSONValue {
    var object = JSONObject()
    object["row"] = .number(JSONNumber(row.rowNumber))
    object["key"] = .array(row.key.map { .string($0) })
    object["status"] = .string(row.status)
    return .object(object)
  }
}

/// What a workbook is owed, the oldest first.
struct UnfinishedWritesOfWorkbook: Query {
  var path: String

  var statement: Statement {
    """
    SELECT action_run_id, workbook_path, tab, source, decided_at, rows FROM unfinished_writes
    WHERE workbook_path = \(path) ORDER BY decided_at, action_run_id
    """
  }

  static func decode(_ row: Row) throws -> UnfinishedWrite {
    let rows: JSONText = try row.decode("rows")
    let decidedAt: TimestampMicroseconds = try row.decode("decided_at")
    return UnfinishedWrite(
      actionRunID: try row.decode("action_run_id"), workbookPath: try row.decode("workbook_path"), tab: try row.decode("tab"),
      source: try row.decode("source"), decidedAtUs: decidedAt.sinceEpoch, rows: try self.rows(in: rows.text))
  }

  private static func rows(in text: String) throws -> [UnfinishedWrite.Row] {
    guard case .array(let elements) = try JSONValue(parsing: text) else { return [] }
    return elements.compactMap { element in
      guard case .object(let object) = element, case .number(let number)? = object["row"],
        let rowNumber = number.integer(as: Int.self),
        case .array(let parts)? = object["key"], case .string(let status)? = object["status"]
      else { return nil }
      let key = parts.compactMap { part -> String? in if case .string(let text) = part { text } else { nil } }
      return UnfinishedWrite.Row(rowNumber: rowNumber, key: key, status: status)
    }
  }
}

/// The workbooks that are owed something.
struct OwedWorkbooks: Query {
  var statement: Statement { "SELECT DISTINCT workbook_path FROM unfinished_writes ORDER BY workbook_path" }

  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}

/// The statuses are in their workbook, or have no place there any more.
struct ForgetUnfinishedWrites {
  var actionRunIDs: [String]

  var statement: Statement { "DELETE FROM unfinished_writes WHERE action_run_id = ANY(\(actionRunIDs))" }
}

/// What nobody could be given for a week is old news.
struct ForgetOldUnfinishedWrites {
  var statement: Statement { "DELETE FROM unfinished_writes WHERE decided_at < now() - interval '7 days'" }
}
