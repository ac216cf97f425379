import Messages
import Postgres
import Wire

/// A save whose program died while its rows were on their way: nobody knows which of them are stored.
struct InterruptedSave: Sendable {
  var run: ActionRun
  /// What the person asked for.
  var request: RunActionRequest
  /// Whether a save of the whole tab has ended since, so that its answers are the newer ones.
  var isSuperseded: Bool

  /// Whether an action that was ended for its dead program leaves rows whose fate is not known.
  static func isUnsettled(_ run: ActionRun) -> Bool {
    run.status == .interrupted && run.action == "pm.save_selected"
      && ["send", "write_back"].contains(run.substeps.last?.name)
  }
}

extension RunActionRequest {
  /// Which rows are meant: unless it is said, those that are named, and all of them where none is.
  var meantScope: RowScope { scope == .unspecified ? (keys.isEmpty ? .all : .selection) : scope }
}

/// Saves whose answers are recorded need no looking up: those are written as they are.
struct MarkUnsettled {
  var actionRunIDs: [String]

  var statement: Statement {
    """
    UPDATE action_runs SET is_unsettled = true
    WHERE action_run_id = ANY(\(actionRunIDs)) AND request IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM unfinished_writes WHERE unfinished_writes.action_run_id = action_runs.action_run_id)
    """
  }
}

/// The saves to be settled but for those that rest, the oldest first. After a week what became of them is old news.
struct UnsettledSaves: Query {
  var resting: [String]

  var statement: Statement {
    """
    SELECT \(ActionRunRow.columns(isWhole: false)), request, EXISTS (
      SELECT 1 FROM action_runs later
      WHERE later.workbook_path = action_runs.workbook_path AND later.tab = action_runs.tab AND later.action = action_runs.action
        AND later.started_at > action_runs.started_at AND later.status IN (2, 3) AND later.is_whole_tab) AS is_superseded
    FROM action_runs
    WHERE is_unsettled AND started_at > now() - interval '7 days' AND action_run_id <> ALL(\(resting))
    ORDER BY started_at LIMIT 20
    """
  }

  static func decode(_ row: Row) throws -> InterruptedSave {
    let request: JSONText = try row.decode("request")
    return InterruptedSave(
      run: try ActionRunRow.decode(row), request: try RunActionRequest(jsonValue: JSONValue(parsing: request.text)),
      isSuperseded: try row.decode("is_superseded"))
  }
}

struct SettleSave {
  var actionRunID: String

  var statement: Statement {
    "UPDATE action_runs SET is_unsettled = false, request = NULL WHERE action_run_id = \(actionRunID)"
  }
}
