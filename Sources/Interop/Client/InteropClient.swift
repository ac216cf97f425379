import RPC

/// Runs cases against one server.
struct InteropClient: Sendable {
  let channel: RPCChannel
  let soak: SoakSettings
  /// A channel of its own to the same server.
  let connect: @Sendable () -> RPCChannel

  var test: TestServiceClient { TestServiceClient(channel: channel) }

  /// - Parameter connect: makes a channel to the server.
  init(soak: SoakSettings = SoakSettings(), connect: @escaping @Sendable () -> RPCChannel) {
    self.soak = soak
    self.connect = connect
    channel = connect()
  }
}

/// What a case found otherwise than it has to be.
struct CaseFailure: Error, Equatable, CustomStringConvertible {
  let what: String
  let expected: String
  let came: String

  var description: String { "\(what): expected \(expected), came \(came)" }
}

/// Throws unless what came is what was expected.
func expect<Value: Equatable>(_ what: String, _ came: Value, is expected: Value) throws(CaseFailure) {
  guard came != expected else { return }
  throw CaseFailure(what: what, expected: "\(expected)", came: "\(came)")
}

/// What the call failed with; throws when it succeeded.
func failure<Answer>(of what: String, _ call: () async throws -> Answer) async throws -> RPCError {
  do {
    let answer = try await call()
    throw CaseFailure(what: what, expected: "a failure", came: "\(type(of: answer))")
  } catch let error as RPCError {
    return error
  } catch is CancellationError {
    return RPCError(.cancelled, "The task was cancelled.")
  }
}

/// Throws unless the call fails with that code.
func expectFailure<Answer>(_ what: String, _ code: StatusCode, _ call: () async throws -> Answer) async throws {
  let error = try await failure(of: what, call)
  guard error.code != code else { return }
  throw CaseFailure(what: what, expected: "\(code)", came: "\(error)")
}

extension Payload {
  /// Zeros of a request.
  static func zeros(_ count: Int) -> Payload { Payload(body: [UInt8](repeating: 0, count: count)) }

  /// Throws unless there are that many zeros.
  static func expectZeros(_ what: String, _ payload: Payload?, _ count: Int) throws(CaseFailure) {
    guard let payload else { throw CaseFailure(what: what, expected: "a payload of \(count) bytes", came: "none") }
    try expect("bytes in \(what)", payload.body.count, is: count)
    guard payload.body.allSatisfy({ $0 == 0 }) else { throw CaseFailure(what: what, expected: "zeros", came: "other bytes") }
  }
}
