import ConstraintCompilationDomain
import Postgres

/// Advisory locks of a transaction, in a space of their own; taken in the order of their names, so that two never wait for each other.
enum PlanningLock {
  /// The first key of all advisory locks of this service.
  private static let space: Int32 = 0x4C43_4F4D

  /// Saves of initiatives, their plans and contributions take place one after the other: each is checked against all others.
  static let initiatives = statement(["initiatives"])
  static let scenarios = statement(["scenarios"])

  /// Saves of rows that have this table to themselves.
  static func rows(of table: String) -> Statement { statement(["rows of \(table)"]) }

  /// Locks the sets named, whether or not there are such, and with `andStored` every other that there is; answers all of them.
  @discardableResult
  static func lock(sets named: Set<SetKey>, andStored: Bool, in transaction: Transaction) async throws -> Set<SetKey> {
    var keys = named
    if andStored { keys.formUnion(try await transaction.fetch(SetNames()).map(\.key)) }
    try await transaction.execute(
      statement(keys.sorted().map { "set \($0.scenario.text.utf8.count) \($0.scenario.text) \($0.set.text)" }))
    return keys
  }

  private static func statement(_ names: [String]) -> Statement {
    """
    SELECT pg_advisory_xact_lock(\(space), key)
    FROM (SELECT DISTINCT hashtext(name) AS key FROM unnest(\(names)) AS lock (name) ORDER BY key) AS lock
    """
  }
}
