import ConstraintCompilationDomain
import Postgres

/// All contributions, with their initiatives as Central Backlog spells them.
struct SpeltContributions: Query {
  var statement: Statement {
    """
    SELECT spelling, kpi_spelling, value, notes, row_number FROM contribution JOIN initiative USING (initiative_key)
    ORDER BY initiative_key COLLATE "C", kpi_key COLLATE "C"
    """
  }

  static func decode(_ row: Row) throws -> AllContributions.Line { try AllContributions.decode(row) }
}
