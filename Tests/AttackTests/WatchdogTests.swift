import RawHTTP2
import Testing

/// A handler that blocks its event loop is a mistake of our own; debug builds say whose.
struct WatchdogTests {
  @Test func `a handler that blocks its event loop is named in the log`() async throws {
    try await ServerUnderTest.run { server in
      let client = server.client()
      client.send(.headers(1, .call("/test.Service/Block"), ends: false), .data(1, ServerUnderTest.message, ends: true))
      #expect(client.answer(on: 1).grpcStatus == 0)
      // The answer leaves at the end of the turn, after the report.
      #if DEBUG
        #expect(server.log.all.contains { $0.hasSuffix("method=/test.Service/Block") }, "\(server.log.all)")
      #endif
    }
  }
}
