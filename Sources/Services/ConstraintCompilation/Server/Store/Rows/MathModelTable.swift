import ConstraintCompilationDomain
import Postgres

extension MathModelEntry: StoredRowTable {
  static let table = "math_model"
  static let tableKey = ["initiative_key", "model_key"]
  static let columns = ["model_name", "formula_text", "assumptions_text", "metric_chain_text", "notes", "row_number"]
  static let lookup = "initiative_key"
  var lookupKey: NormalKey { NormalKey(initiativeKey) }

  static let selection: Statement = """
    SELECT row_number, spelling, model_name, formula_text, assumptions_text, metric_chain_text, notes
    FROM math_model JOIN initiative USING (initiative_key)
    """

  init(_ row: Row) throws {
    self.init(
      row: try row.decode(0), initiativeKey: try row.decode(1), modelName: try row.decode(2), formula: try row.decode(3),
      assumptions: try row.decode(4), chainText: try row.decode(5), notes: try row.decode(6))
  }

  static func upsert(_ rows: [MathModelEntry], by actor: String) -> Statement {
    """
    \(insertion) SELECT *, \(actor) FROM unnest(\(rows.map(\.lookupKey.text)), \(rows.map { NormalKey($0.modelName).text }),
      \(rows.map(\.modelName)), \(rows.map(\.formula)), \(rows.map(\.assumptions)), \(rows.map(\.chainText)), \(rows.map(\.notes)),
      \(rows.map(\.row)))
    \(replacement)
    """
  }
}
