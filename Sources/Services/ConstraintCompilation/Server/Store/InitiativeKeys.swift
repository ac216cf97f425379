import ConstraintCompilationDomain
import Postgres

/// The keys of all initiatives, as spelt.
struct InitiativeKeys: Query {
  var statement: Statement { "SELECT spelling FROM initiative ORDER BY initiative_key COLLATE \"C\"" }
  static func decode(_ row: Row) throws -> String { try row.decode(0) }
}
