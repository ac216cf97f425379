public import Logging
public import Postgres
public import Reactor

/// Event loops for tests, shared by all of them; never shut down.
public enum TestLoops {
  public static let shared = EventLoopGroup(count: 2)
}

extension Logger {
  /// Says nothing.
  public static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// Runs the body with a fresh database of the shared server, as one of its roles, and drops it afterwards.
public func withDatabase<Result: Sendable>(
  role: TestRole = .metrics, loops: EventLoopGroup = TestLoops.shared,
  configure: (inout DatabaseConfiguration) -> Void = { _ in },
  _ body: (Database) async throws -> Result
) async throws -> Result {
  try await withTestDatabase { test in
    try await test.withDatabase(role, loops: loops, configure: configure, body)
  }
}

/// Runs the body with a fresh database of the shared server that nobody is connected to, and drops it afterwards. Not to be
/// nested: a few tests at a time have databases.
public func withTestDatabase<Result: Sendable>(
  on cluster: TestCluster? = nil, _ body: (TestDatabase) async throws -> Result
) async throws -> Result {
  try await turnstile.pass {
    // Making the server takes seconds, in which no task's thread may block.
    let cluster = if let cluster { cluster } else { try await blocking { TestCluster.shared } }
    let test = try await cluster.makeDatabase()
    defer { test.drop() }
    return try await body(test)
  }
}

private let turnstile = Turnstile(places: 6)

extension TestDatabase {
  /// Runs the body with a pool of connections as the role, and closes it afterwards.
  public func withDatabase<Result: Sendable>(
    _ role: TestRole, loops: EventLoopGroup = TestLoops.shared,
    configure: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: (Database) async throws -> Result
  ) async throws -> Result {
    var configuration = try configuration(role)
    configure(&configuration)
    let database = Database(configuration: configuration, loops: loops, logger: .silent)
    do {
      let result = try await body(database)
      await database.close()
      return result
    } catch {
      await database.close(grace: .zero)
      throw error
    }
  }
}
