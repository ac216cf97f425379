import ConstraintCompilationDomain
import Postgres

/// What every save says beside its rows.
struct SaveTerms: Sendable {
  var actor: String
  /// Whether the rows are the whole tab.
  var isWholeTab: Bool
  /// Everything is judged and answered, and nothing is stored.
  var isPreview = false
  var deadline: ContinuousClock.Instant?
}

extension PlanningStore {
  /// Runs the body in a transaction that lasts, or for a preview in one that is taken back: what a preview answers is what the save
  /// itself would, because it is the save.
  func save<Result: Sendable>(
    _ terms: SaveTerms, _ body: (Transaction) async throws -> Result
  ) async throws -> Result {
    if let rehearsal { return try await body(rehearsal) }
    do {
      return try await database.transaction(deadline: terms.deadline) { transaction in
        let result = try await body(transaction)
        if terms.isPreview { throw TakenBack(result: result) }
        return result
      }
    } catch let preview as TakenBack<Result> {
      return preview.result
    }
  }

  /// Runs the body with a store whose saves see each other, and takes all of them back at the end.
  func rehearse<Result: Sendable>(
    deadline: ContinuousClock.Instant?, _ body: (PlanningStore) async throws -> Result
  ) async throws -> Result {
    do {
      return try await database.transaction(deadline: deadline) { transaction in
        throw TakenBack(result: try await body(PlanningStore(database: database, rehearsal: transaction)))
      }
    } catch let rehearsed as TakenBack<Result> {
      return rehearsed.result
    }
  }

  /// Locks all sets that a rehearsal's saves will name, before the first of them locks its own: two that took them tab by tab could wait
  /// for each other.
  /// - Parameter andStored: a whole tab is among the saves, which looks at every set there is.
  func lockSets(_ named: Set<SetKey>, andStored: Bool) async throws {
    guard let rehearsal, andStored || !named.isEmpty else { return }
    var keys = named
    if andStored { keys.formUnion(try await rehearsal.fetch(SetNames()).map(\.key)) }
    try await rehearsal.execute(PlanningLock.sets(keys))
  }
}

/// Ends a transaction without a commit, and carries out of it what it came to.
private struct TakenBack<Result: Sendable>: Error {
  var result: Result
}
