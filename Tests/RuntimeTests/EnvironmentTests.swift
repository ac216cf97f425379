import Logging
import Reactor
import Runtime
import Testing

@Suite struct EnvironmentTests {
  let good = ["LODESTAR_DATABASE_URL": "host=/run/pg user=me", "LODESTAR_METRICS_ADDRESS": "127.0.0.1:5001"]

  @Test func `what is set is read and the rest has defaults`() throws {
    let environment = try ServiceEnvironment(variables: good, needing: [.metrics])
    #expect(environment.databaseURL == "host=/run/pg user=me")
    #expect(environment.listenAddresses == [.ip(host: "127.0.0.1", port: 0)])
    #expect(environment.address(of: .metrics) == .ip(host: "127.0.0.1", port: 5001))
    #expect(environment.logLevel == .info)
    #expect((1...4).contains(environment.loopCount))
  }

  @Test func `several addresses to listen on are separated by commas`() throws {
    let variables = good.merging(["LODESTAR_LISTEN": "127.0.0.1:7001,unix:/tmp/a.sock"]) { $1 }
    #expect(
      try ServiceEnvironment(variables: variables).listenAddresses == [
        .ip(host: "127.0.0.1", port: 7001), .unix(path: "/tmp/a.sock"),
      ])
  }

  @Test func `every problem is named at once, with what was there and what would be right`() throws {
    let variables = ["LODESTAR_LISTEN": "here", "LODESTAR_LOG_LEVEL": "loud", "LODESTAR_LOOPS": "0"]
    let error = #expect(throws: ServiceEnvironmentError.self) {
      try ServiceEnvironment(variables: variables, needing: [.compiler])
    }
    let problems = try #require(error?.problems)
    #expect(problems.count == 5)
    for word in ["\"here\"", "\"loud\"", "\"0\"", "LODESTAR_DATABASE_URL", "LODESTAR_COMPILER_ADDRESS"] {
      #expect(problems.contains { $0.contains(word) }, "\(word)")
    }
  }
}
