import Glibc
public import LocalSystem
public import Postgres
import Synchronization

/// The roles that a service has in the database.
public enum TestRole: String, Sendable, CaseIterable {
  case metrics = "lodestar_metrics"
  case sync = "lodestar_sync"
  case compiler = "lodestar_compiler"
  case optimizer = "lodestar_optimizer"

  /// The schema that the role owns.
  public var schema: String {
    switch self {
    case .metrics: "metrics"
    case .sync: "sync"
    case .compiler: "constraints"
    case .optimizer: "optimizer"
    }
  }
}

/// A private PostgreSQL server for tests. Its directory goes when the process ends, and so does the server, however it ends.
public final class TestCluster: Sendable {
  /// One server per test process, made when the first test asks. Not to be stopped by a test: those make their own.
  public static let shared: TestCluster = {
    do {
      Scratch.removeLeftOvers()
      return try TestCluster()
    } catch {
      fatalError("no PostgreSQL for tests: \(error)")
    }
  }()

  public let cluster: PrivateCluster
  private let databases = Mutex(0)

  /// A server of one's own, provisioned, for a test that stops or kills it.
  public init(durability: PrivateCluster.Durability = .disposable, loopbackPort: Int? = nil) throws {
    cluster = try PrivateCluster(directory: Scratch.directory("pg"), durability: durability, loopbackPort: loopbackPort)
    let cluster = cluster
    Scratch.atExit { try? cluster.stop() }
    try cluster.start(withLifeline: true)
    try Provisioning.apply(to: cluster)
  }

  /// A connection of the administrator, who may everything.
  public func administrator(database: String = "postgres") throws -> PollingConnection {
    try PollingConnection(
      DatabaseConfiguration(url: cluster.connectionString(role: PrivateCluster.administrator, database: database)))
  }

  /// A fresh database with every role and its schema, empty. Made on a thread of its own: the few that tasks share must not block.
  public func makeDatabase() async throws -> TestDatabase {
    try await blocking { try self.makeDatabaseBlocking() }
  }

  private func makeDatabaseBlocking() throws -> TestDatabase {
    let number = databases.withLock { count in
      count += 1
      return count
    }
    let name = "test_\(number)"
    try administrator().execute("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: Provisioning.database)")
    // What a template does not hand down: rights on the database itself and the roles' search paths.
    try administrator(database: name).runScript(Provisioning.privileges(on: name))
    return TestDatabase(cluster: self, name: name)
  }

  /// A server of one's own.
  public static func own(
    durability: PrivateCluster.Durability = .disposable, loopbackPort: Int? = nil
  ) async throws -> TestCluster {
    try await blocking { try TestCluster(durability: durability, loopbackPort: loopbackPort) }
  }

  /// Kills the server as a power cut would, and waits until it and its children are gone.
  public func kill() async throws {
    try await blocking { [self] in
      guard let process = cluster.process else { return }
      process.signal(SIGKILL)
      _ = process.waitUntilGone(milliseconds: 10_000)
    }
  }

  /// Stops the server in order.
  public func stop() async throws { try await blocking { [self] in try cluster.stop() } }

  /// Starts the server again.
  public func start() async throws { try await blocking { [self] in _ = try cluster.start(withLifeline: true) } }
}

/// A fresh database of a test.
public struct TestDatabase: Sendable {
  public let cluster: TestCluster
  public let name: String

  /// What libpq takes, and what a service takes as LODESTAR_DATABASE_URL.
  public func url(_ role: TestRole) throws -> String {
    try cluster.cluster.connectionString(role: role.rawValue, database: name)
  }

  public func configuration(_ role: TestRole) throws -> DatabaseConfiguration {
    try DatabaseConfiguration(url: url(role))
  }

  /// Drops the database, connections or not, some time later: DROP DATABASE waits for every server process to take notice.
  public func drop() {
    let (cluster, name) = (cluster, name)
    Self.registered
    Self.dropping.run { _ = try? cluster.administrator().execute("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)") }
  }

  private static let dropping = SerialThread()

  /// OpenSSL, which libpq uses, takes itself down when the process ends; nobody may connect then any more. What was registered after
  /// it, as this is when the first database is dropped, comes first.
  private static let registered: Void = { _ = atexit { TestDatabase.dropping.finish() } }()
}
