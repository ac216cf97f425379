import EchoMessages
import RPC

/// The service that every peer of the measurements offers.
struct EchoHandlers: EchoService {
  func unary(_ request: EchoRequest, context: CallContext) async throws -> EchoReply {
    var reply = EchoReply()
    reply.name = request.name
    reply.seq = request.seq + 1
    reply.value = request.value
    reply.payload = request.payload
    return reply
  }

  func hold(_ request: EchoRequest, context: CallContext) async throws -> EchoReply {
    // Waits for news that never come, as a watch does between two changes; ends with the caller. (A sleep would add a timer and a task of its own.)
    let news = AsyncStream<Never>.makeStream()
    for await _ in news.stream {}
    return EchoReply()
  }
}
