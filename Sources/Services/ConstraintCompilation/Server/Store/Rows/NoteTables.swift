import ConstraintCompilationDomain
import Postgres

extension ResultNoteEntry: StoredRowTable {
  static let table = "result_note"
  static let tableKey = ["run_key", "initiative_key"]
  static let columns = ["run_id", "notes", "row_number"]
  static let lookup = "run_key"
  var lookupKey: NormalKey { NormalKey(runId) }

  static let selection: Statement = """
    SELECT row_number, run_id, spelling, notes FROM result_note JOIN initiative USING (initiative_key)
    """

  init(_ row: Row) throws {
    self.init(row: try row.decode(0), runId: try row.decode(1), initiativeKey: try row.decode(2), notes: try row.decode(3))
  }

  static func upsert(_ rows: [ResultNoteEntry], by actor: String) -> Statement {
    """
    \(insertion) SELECT *, \(actor) FROM unnest(\(rows.map(\.lookupKey.text)), \(rows.map { NormalKey($0.initiativeKey).text }),
      \(rows.map(\.runId)), \(rows.map(\.notes)), \(rows.map(\.row)))
    \(replacement)
    """
  }
}

extension GapNoteEntry: StoredRowTable {
  static let table = "gap_note"
  static let tableKey = ["run_key", "scenario_key", "set_key", "country_key", "kpi_key"]
  static let columns = [
    "run_id", "scenario_name", "constraint_set_name", "country", "kpi_spelling", "recommendation", "notes", "row_number",
  ]
  static let lookup = "run_key"
  var lookupKey: NormalKey { NormalKey(runId) }

  static let selection: Statement = """
    SELECT row_number, run_id, scenario_name, constraint_set_name, country, kpi_spelling, recommendation, notes FROM gap_note
    """

  init(_ row: Row) throws {
    self.init(
      row: try row.decode(0), runId: try row.decode(1), scenarioName: try row.decode(2), setName: try row.decode(3),
      country: try row.decode(4), kpiKey: try row.decode(5), recommendation: try row.decode(6), notes: try row.decode(7))
  }

  static func upsert(_ rows: [GapNoteEntry], by actor: String) -> Statement {
    func key(_ part: (GapNoteEntry) -> String) -> [String] { rows.map { NormalKey(part($0)).text } }
    return """
      \(insertion) SELECT *, \(actor) FROM unnest(\(key(\.runId)), \(key(\.scenarioName)), \(key(\.setName)), \(key(\.country)),
        \(key(\.kpiKey)), \(rows.map(\.runId)), \(rows.map(\.scenarioName)), \(rows.map(\.setName)), \(rows.map(\.country)),
        \(rows.map(\.kpiKey)), \(rows.map(\.recommendation)), \(rows.map(\.notes)), \(rows.map(\.row)))
      \(replacement)
      """
  }
}
