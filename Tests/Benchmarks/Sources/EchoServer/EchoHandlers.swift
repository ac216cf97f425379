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
    // Ends with the caller: a sleep is what a cancelled task wakes from.
    try await Task.sleep(for: .seconds(86_400))
    return EchoReply()
  }
}
