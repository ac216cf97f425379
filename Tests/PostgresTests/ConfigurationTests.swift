import TestSupport
import Testing

@testable import Postgres

@Suite struct ConfigurationTests {
  @Test(arguments: [
    ("postgresql://lodestar_sync:hunter2@db:5433/lodestar", "lodestar_sync@db:5433/lodestar"),
    ("postgres://u:hunter2@/lodestar?host=/run/pg", "u@/run/pg:5432/lodestar"),
    ("host=/run/pg user=u password=hunter2 dbname=lodestar", "u@/run/pg:5432/lodestar"),
  ])
  func `an address is read and printed without its password`(url: String, text: String) throws {
    let configuration = try DatabaseConfiguration(url: url)
    #expect("\(configuration)" == text)
    var dumped = ""
    dump([configuration], to: &dumped)
    for printed in [dumped, String(reflecting: configuration), String(describing: [configuration])] {
      #expect(!printed.contains("hunter2"))
    }
  }

  @Test(arguments: [
    "postgresql://u:hunter2@h:5432x/%zz", "postgresql://u:hunter2@[::1/db", "password=hunter2 host", "nonsense=hunter2",
    "password='hunter2", "postgresql://u:hunter2%zz@h/db", "host=a\0b password=hunter2",
  ])
  func `an address that cannot be read is refused without being shown`(url: String) {
    let error = #expect(throws: PostgresError.self) { try DatabaseConfiguration(url: url) }
    #expect(error?.kind == .misuse)
    #expect(error?.message.contains("the database address") == true)
    #expect("\(error!)".contains("hunter2") == false)
  }

  @Test(arguments: [
    ("db", true), ("cafe", true), ("postgres.example", true), ("127.0.0.1", false), ("::1", false), ("/run/pg", false),
  ])
  func `only names are resolved, away from the event loops`(host: String, needsIt: Bool) throws {
    #expect(try DatabaseConfiguration(url: "host=\(host)").needsNameResolution == needsIt)
  }

  @Test func `a blocking connection asks, runs scripts and tells errors like any other`() async throws {
    try await withTestDatabase { test in
      try await blocking {
        let connection = try PollingConnection(test.configuration(.metrics))
        try connection.runScript("CREATE TABLE t (a bigint); INSERT INTO t VALUES (1), (2);")
        let changed = try connection.execute("UPDATE t SET a = a + \(1)")
        #expect(changed == 2)
        let rows = try connection.query("SELECT a FROM t ORDER BY a")
        #expect(try rows.map { try $0.decode("a", as: Int.self) } == [2, 3])
        let error = #expect(throws: PostgresError.self) { try connection.runScript("INSERT INTO t VALUES (9); SELEC 1") }
        #expect(error?.sqlState == "42601")
        let after = try connection.query("SELECT 1 FROM t WHERE a = 9")
        #expect(after.isEmpty)
      }
    }
  }
}
