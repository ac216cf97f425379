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
  /// - Parameters:
  ///   - sets: those that the saves will name, locked before the first of them locks its own: two rehearsals that took them tab by
  ///     tab could wait for each other.
  ///   - andStored: a whole tab is among the saves, which looks at every set there is.
  func rehearse<Result: Sendable>(
    locking sets: Set<SetKey>, andStored: Bool, deadline: ContinuousClock.Instant?, _ body: (PlanningStore) async throws -> Result
  ) async throws -> Result {
    do {
      return try await database.transaction(deadline: deadline) { transaction in
        try await PlanningLock.lock(sets: sets, andStored: andStored, in: transaction)
        throw TakenBack(result: try await body(PlanningStore(database: database, rehearsal: transaction)))
      }
    } catch let rehearsed as TakenBack<Result> {
      return rehearsed.result
    }
  }
}

/// Ends a transaction without a commit, and carries out of it what it came to.
private struct TakenBack<Result: Sendable>: Error {
  var result: Result
}
