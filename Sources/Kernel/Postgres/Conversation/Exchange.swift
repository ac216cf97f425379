/// What one turn of a conversation asks of the server.
enum Exchange {
  /// Statements sent together, answered together; the first failure skips the rest.
  case pipeline([Statement])
  /// Text of any number of statements without binds; what migrations need.
  case script(String)
  /// A COPY … FROM STDIN with its rows.
  case copy(String, [UInt8])
}

/// What came of an exchange.
struct Outcome {
  /// One per statement of a pipeline, up to the first failure.
  var tables: [ResultTable] = []
  var error: PostgresError?
  /// A statement prepared earlier no longer fits the schema: nothing was run, and trying again prepares it anew.
  var hadStalePlan = false

  /// The tables, or the error thrown.
  func get() throws(PostgresError) -> [ResultTable] {
    if let error { throw error }
    return tables
  }
}

/// Follows the answers to a pipeline. A pure value: results in, an outcome out.
struct PipelineProgress {
  enum Step: Equatable {
    case prepare(name: String)
    case execute(name: String, isNew: Bool)
    case deallocate(name: String)
    case sync
  }

  private let steps: [Step]
  private var position = 0
  private(set) var outcome = Outcome()

  init(_ steps: [Step]) {
    precondition(steps.last == .sync)
    self.steps = steps
  }

  /// Takes the next result. Returns whether the pipeline is over; throws when the answer fits no step, so that the connection is
  /// out of step and cannot be used further.
  mutating func receive(_ received: Received, cache: inout StatementCache) throws(PostgresError) -> Bool {
    switch (received, steps[position]) {
    case (.synced, .sync):
      return true
    case (.done(let table), .execute):
      outcome.tables.append(table)
    case (.done, .prepare), (.done, .deallocate):
      break
    case (.failed(let error), let step) where step != .sync:
      note(failure: error, of: step, cache: &cache)
    case (.skipped, .prepare(let name)):
      cache.forget(name, stillHeld: false)
    case (.skipped, .deallocate(let name)):
      cache.forget(name, stillHeld: true)
    case (.skipped, .execute):
      break
    case (.end, let step) where step != .sync:
      position += 1
    case (.unusable(let error), _):
      throw outcome.error.map(\.asLoss) ?? error
    case (.copyIn, _):
      throw PostgresError(.misuse, "COPY … FROM STDIN is run with copyIn")
    default:
      throw PostgresError(.connectionLost, "the server's answers are out of step")
    }
    return false
  }

  private mutating func note(failure: PostgresError, of step: Step, cache: inout StatementCache) {
    if outcome.error == nil { outcome.error = failure }
    switch step {
    case .prepare(let name):
      cache.forget(name, stillHeld: false)
    case .execute(let name, let isNew) where !isNew && failure.sqlState == "0A000":
      cache.forget(name, stillHeld: true)
      outcome.hadStalePlan = true
    case .execute(let name, let isNew) where !isNew && failure.sqlState == "26000":
      cache.forget(name, stillHeld: false)
      outcome.hadStalePlan = true
    case .deallocate where failure.sqlState == "26000":
      outcome.hadStalePlan = true
    case .execute, .deallocate, .sync:
      break
    }
  }
}
