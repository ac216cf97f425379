import RPC
import Testing

@testable import lodestar_interop

/// Our client against our server, and against servers that misbehave.
struct OwnPeerTests {
  @Test(arguments: InteropCase.allCases.filter { !$0.needsMisbehavingServer })
  func `our client and our server agree`(testCase: InteropCase) async throws {
    try await withInteropServer { port in try await run(testCase, port: port) }
  }

  @Test(arguments: MisbehavingCase.allCases)
  func `our client does what a misbehaving server's case asks of it`(testCase: MisbehavingCase) async throws {
    let record = MisbehaviourRecord()
    let port = try await MisbehavingServer.start(host: "127.0.0.1", port: 0, testCase, record)
    try await run(try #require(InteropCase(rawValue: testCase.rawValue)), port: port)
    await record.settled()
    #expect(record.fault(in: testCase) == nil)
  }

  @Test func `every misbehaving server has its client's case`() {
    #expect(InteropCase.allCases.filter(\.needsMisbehavingServer).count == MisbehavingCase.allCases.count)
  }

  @Test func `a case that fails says what it expected and what came`() async throws {
    let record = MisbehaviourRecord()
    let port = try await MisbehavingServer.start(host: "127.0.0.1", port: 0, .maxStreams, record)
    // This server answers every method with a large payload: an empty answer it is not, nor is it refused.
    let refused = await #expect(throws: CaseFailure.self) { try await run(.unimplementedMethod, port: port) }
    #expect(refused?.description == "UnimplementedCall of TestService: expected a failure, came Empty")
    try await withInteropServer([]) { port in
      let error = await #expect(throws: RPCError.self) { try await run(.emptyUnary, port: port) }
      #expect(error?.code == .unimplemented)
    }
    var soak = SoakSettings()
    soak.longestCall = .nanoseconds(1)
    soak.longest = .seconds(30)
    let settings = soak
    let slow = await #expect(throws: CaseFailure.self) {
      try await withInteropServer { port in try await run(.rpcSoak, port: port, soak: settings) }
    }
    #expect(slow?.came.hasPrefix("10, the first: call 1 took ") == true)
  }

  @Test func `a misbehaving server tells what its callers did wrong`() async throws {
    let record = MisbehaviourRecord()
    let port = try await MisbehavingServer.start(host: "127.0.0.1", port: 0, .goaway, record)
    try await run(.largeUnary, port: port)
    await record.settled()
    #expect(record.fault(in: .goaway)?.description == "connections with calls: expected 2, came 1")
    record.exceededStreams(3)
    #expect(record.fault(in: .maxStreams)?.description == "calls open at once: expected 1, came 3")
    record.closed(outstandingPings: 2, answered: 0)
    #expect(record.fault(in: .ping)?.description == "pings without an answer: expected 0, came 2")
  }
}
