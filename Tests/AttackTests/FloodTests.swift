import RPC
import RawHTTP2
import Testing

/// Floods end the connection that they come over, with a word; nothing else.
@Suite(.serialized) struct FloodTests {
  /// What a flood may cost in memory while it lasts.
  private static let memoryBound = 96 << 20

  @Test(arguments: Flood.all) func `a flood ends its connection, and others hardly notice`(flood: Flood) async throws {
    try await ServerUnderTest.run { server in
      let neighbour = Neighbour(server)
      let before = neighbour.slowestCall(of: 50)
      let memory = ProcessMemory.residentBytes
      let attack = Task.detached { flood.attack(server) }
      let ended = Gauge()
      Task.detached {
        _ = await attack.value
        ended.set()
      }
      var during = Duration.zero
      var peak = memory
      while !ended.isSet {
        during = max(during, neighbour.slowestCall(of: 1))
        peak = max(peak, ProcessMemory.residentBytes)
      }
      guard case .connectionError(let code, let debug) = await attack.value else {
        Issue.record("the flood was not ended by a GOAWAY")
        return
      }
      #expect(code == 11, "ENHANCE_YOUR_CALM")
      #expect(flood.debugText.isEmpty || debug == flood.debugText)
      #expect(server.log.count(ofLimit: flood.limit) == 1, "\(server.log.all)")
      #expect(peak - memory < Self.memoryBound, "from \(memory >> 20) to \(peak >> 20) MiB")
      #expect(during < before * 20 + .seconds(1), "the slowest call took \(during), and \(before) before")
      #expect(neighbour.slowestCall(of: 1) < .seconds(10))
    }
  }

  @Test func `handlers of calls that were reset at once are bounded`() async throws {
    try await ServerUnderTest.run(configure: { $0.maximumConcurrentStreams = 20 }) { server in
      let client = server.client()
      for number in 0..<100 {
        let stream = UInt32(2 * number + 1)
        client.send(
          .headers(stream, .call("/test.Service/Stay"), ends: false), .data(stream, ServerUnderTest.message, ends: true),
          .reset(stream))
      }
      #expect(client.isAlive())
      #expect(server.running.peak <= 20)
      #expect(server.servesOthers())
      server.running.release()
    }
  }
}
