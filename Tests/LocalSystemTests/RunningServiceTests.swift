import LocalSystem
import Postgres
import Reactor
import TestSupport
import Testing

@Suite struct RunningServiceTests {
  @Test func `a program is waited for until it listens, and stopped`() throws {
    let directory = try Scratch.directory("listen")
    let address = SocketAddress.unix(path: "\(directory)/s")
    let script = "import socket, signal; s = socket.socket(socket.AF_UNIX); s.bind('\(directory)/s'); s.listen(); signal.pause()"
    let service = try RunningService("/usr/bin/python3", arguments: ["-c", script])
    try service.waitUntilListening(at: address)
    #expect(service.process.isRunning)
    #expect(service.stop())
    #expect(!service.process.isRunning)
  }

  @Test func `a program that ends before it listens is an error that shows its last words`() throws {
    let service = try RunningService(
      "/bin/sh", arguments: ["-c", "echo $WORDS; exit 3"], environment: ["WORDS": "famous last words"])
    let error = #expect(throws: RunningService.Failure.self) {
      try service.waitUntilListening(at: .unix(path: try Scratch.directory("none") + "/s"))
    }
    #expect(error?.description.contains("famous last words") == true)
    service.kill()
  }

  @Test func `a program that was not built is named`() {
    let error = #expect(throws: RunningService.Failure.self) { try RunningService("lodestar-nothing") }
    #expect(error?.description.contains("lodestar-nothing") == true)
  }
}

@Suite struct FaultProxyTests {
  @Test func `a proxy carries bytes, and when it refuses nobody gets through`() async throws {
    try await withTestDatabase { test in
      let (proxy, configuration) = try test.makeProxy()
      defer { proxy.end() }
      try await blocking {
        let first = try PollingConnection(configuration(.metrics))
        let rows = try first.query("SELECT 1")
        #expect(rows.count == 1)
        #expect(proxy.connectionsMade == 1)
        proxy.set(.refuse)
        #expect(throws: PostgresError.self) { try first.query("SELECT 1") }
        #expect(throws: PostgresError.self) { try PollingConnection(configuration(.metrics)) }
        proxy.set(.forward)
        let again = try PollingConnection(configuration(.metrics))
        let rowsAgain = try again.query("SELECT 1")
        #expect(rowsAgain.count == 1)
      }
    }
  }
}
