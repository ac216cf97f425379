import EchoMessages
import RPC
import Synchronization

/// The service that every peer of the measurements offers.
struct EchoHandlers: EchoService {
  /// Whoever measures waits until all calls are there.
  private let held = HeldCalls()

  func unary(_ request: EchoRequest, context: CallContext) async throws -> EchoReply {
    var reply = EchoReply()
    reply.name = request.name
    reply.seq = request.seq + 1
    reply.value = request.value
    reply.payload = request.payload
    return reply
  }

  func hold(_ request: EchoRequest, context: CallContext) async throws -> EchoReply {
    held.oneMore()
    // Waits for news that never come, as a watch does between two changes; ends with the caller. (A sleep would add a timer and a task of its own.)
    let news = AsyncStream<Never>.makeStream()
    for await _ in news.stream {}
    held.oneLess()
    return EchoReply()
  }
}

/// Counts the calls that are held open, and says so: "held 1000", "held 2000", ….
private final class HeldCalls: Sendable {
  private static let toldEvery = 1000
  private let count = Atomic<Int>(0)

  func oneMore() {
    let now = count.add(1, ordering: .relaxed).newValue
    if now.isMultiple(of: Self.toldEvery) { EchoServer.tell("held \(now)") }
  }

  func oneLess() { count.subtract(1, ordering: .relaxed) }
}
