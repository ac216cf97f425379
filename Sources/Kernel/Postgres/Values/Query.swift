/// One query of a store: its SQL, its parameters as stored properties and what a row of it means. A struct per query keeps the SQL
/// beside the code that reads its columns:
/// ```swift
/// struct KpiByKey: Query {
///   var key: String
///   var statement: Statement { "SELECT label, active FROM kpis WHERE key = \(key)" }
///   static func decode(_ row: Row) throws -> Kpi { Kpi(label: try row.decode("label"), active: try row.decode("active")) }
/// }
/// let kpis = try await database.fetch(KpiByKey(key: "CONVERSION"))
/// ```
public protocol Query: Sendable {
  /// What one row becomes.
  associatedtype Result: Sendable
  /// The SQL with its values.
  var statement: Statement { get }
  /// Reads one row. Throws `PostgresError` of kind `.decoding` when a column is not what the code expects.
  static func decode(_ row: Row) throws -> Result
}
