import RPC

/// How long and how hard the soak cases work.
struct SoakSettings: Sendable, Equatable {
  var iterations = 10
  var mostFailures = 0
  /// A call that takes longer has failed.
  var longestCall = Duration.seconds(1)
  /// The whole case; nil for all iterations at their longest.
  var longest: Duration?
  var pause = Duration.zero
  var requestBytes = LargeUnary.requestBytes
  var answerBytes = LargeUnary.answerBytes
}

extension InteropClient {
  /// Many large calls one after the other on one channel.
  func rpcSoak() async throws {
    try await soak { try await call(on: test) }
  }

  /// The same with a channel for each.
  func channelSoak() async throws {
    try await soak {
      let channel = connect()
      do {
        try await call(on: TestServiceClient(channel: channel))
      } catch {
        await channel.close()
        throw error
      }
      await channel.close()
    }
  }

  private func call(on client: TestServiceClient) async throws {
    let answer = try await client.unaryCall(
      SimpleRequest(responseSize: Int32(soak.answerBytes), payload: .zeros(soak.requestBytes)))
    try Payload.expectZeros("the answer's payload", answer.payload, soak.answerBytes)
  }

  private func soak(_ once: () async throws -> Void) async throws {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: soak.longest ?? soak.longestCall * soak.iterations)
    var failures: [String] = []
    var done = 0
    while done < soak.iterations, clock.now < end {
      let began = clock.now
      do {
        try await once()
        let took = began.duration(to: clock.now)
        if took > soak.longestCall { failures.append("call \(done + 1) took \(took)") }
      } catch {
        failures.append("call \(done + 1): \(error)")
      }
      done += 1
      try await clock.sleep(until: began.advanced(by: soak.pause))
    }
    try expect("calls in the time given", done, is: soak.iterations)
    guard failures.count > soak.mostFailures else { return }
    throw CaseFailure(
      what: "\(soak.iterations) calls", expected: "at most \(soak.mostFailures) failures",
      came: "\(failures.count), the first: \(failures[0])")
  }
}
