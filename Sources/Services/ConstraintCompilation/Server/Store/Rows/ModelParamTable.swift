import ConstraintCompilationDomain
import Postgres

extension ModelParamEntry: StoredRowTable {
  static let table = "model_param"
  static let tableKey = ["initiative_key", "model_key", "param_key"]
  static let columns = ["model_name", "param_name", "value", "unit", "source", "notes", "row_number"]
  static let lookup = "initiative_key"
  var lookupKey: NormalKey { NormalKey(initiativeKey) }

  static let selection: Statement = """
    SELECT row_number, spelling, model_name, param_name, value, unit, source, notes
    FROM model_param JOIN initiative USING (initiative_key)
    """

  init(_ row: Row) throws {
    self.init(
      row: try row.decode(0), initiativeKey: try row.decode(1), modelName: try row.decode(2), name: try row.decode(3),
      value: try row.decode(4, as: Double.self), unit: try row.decode(5), source: try row.decode(6), notes: try row.decode(7))
  }

  /// A row that is stored has a value.
  static func upsert(_ rows: [ModelParamEntry], by actor: String) -> Statement {
    """
    \(insertion) SELECT *, \(actor) FROM unnest(\(rows.map(\.lookupKey.text)), \(rows.map { NormalKey($0.modelName).text }),
      \(rows.map { NormalKey($0.name).text }), \(rows.map(\.modelName)), \(rows.map(\.name)), \(rows.map { $0.value ?? .nan }),
      \(rows.map(\.unit)), \(rows.map(\.source)), \(rows.map(\.notes)), \(rows.map(\.row)))
    \(replacement)
    """
  }
}

/// The models that are stored, by initiative and name.
struct ModelNames: Query {
  var statement: Statement { "SELECT initiative_key, model_name FROM math_model" }
  static func decode(_ row: Row) throws -> (initiativeKey: String, modelName: String) { (try row.decode(0), try row.decode(1)) }
}
