import RPC

/// Against servers that misbehave on HTTP/2, or go to its limits.
extension InteropClient {
  func goaway() async throws {
    try await largeUnary()
    // The description wants a second between the calls, for the GOAWAY to have come.
    try await Task.sleep(for: .seconds(1))
    try await largeUnary()
  }

  func resetStream() async throws {
    _ = try await failure(of: "the call whose stream is reset") { try await test.unaryCall(LargeUnary.request) }
  }

  func maxStreams() async throws {
    try await largeUnary()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { try await largeUnary() } }
      try await group.waitForAll()
    }
  }
}
