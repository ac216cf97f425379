import ConstraintCompilationDomain
import Postgres

extension ScoringInputEntry: StoredRowTable {
  static let table = "scoring_input"
  static let tableKey = ["initiative_key", "input_key"]
  static let columns = ["input_name", "value", "notes", "row_number"]
  static let lookup = "initiative_key"
  var lookupKey: NormalKey { NormalKey(initiativeKey) }

  static let selection: Statement = """
    SELECT row_number, spelling, input_name, value, notes FROM scoring_input JOIN initiative USING (initiative_key)
    """

  init(_ row: Row) throws {
    self.init(
      row: try row.decode(0), initiativeKey: try row.decode(1), name: try row.decode(2), value: try row.decode(3, as: Double.self),
      notes: try row.decode(4))
  }

  /// A row that is stored has a value.
  static func upsert(_ rows: [ScoringInputEntry], by actor: String) -> Statement {
    """
    \(insertion) SELECT *, \(actor) FROM unnest(\(rows.map(\.lookupKey.text)), \(rows.map { NormalKey($0.name).text }),
      \(rows.map(\.name)), \(rows.map { $0.value ?? .nan }), \(rows.map(\.notes)), \(rows.map(\.row)))
    \(replacement)
    """
  }
}
