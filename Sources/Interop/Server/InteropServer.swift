import Cryptography
import RPC

/// What gRPC's interoperability tests call, by their description of a server's features.
struct InteropServer: TestService {
  /// The same for every call to this server, and no other's.
  let serverID: String
  let hostname: String

  func emptyCall(_ request: Empty, context: CallContext) async throws -> Empty {
    try echoMetadata(context)
    return Empty()
  }

  func unaryCall(_ request: SimpleRequest, context: CallContext) async throws -> SimpleResponse {
    try echoMetadata(context)
    try request.expectCompressed?.check(context)
    try request.responseStatus?.check()
    if request.responseCompressed?.value == true { context.setAnswerEncoding(.gzip) }
    var answer = SimpleResponse(payload: try Payload(zeros: request.responseSize), hostname: hostname)
    if request.fillServerId { answer.serverId = serverID }
    if request.fillUsername, let name = context.identity?.commonName { answer.username = name }
    return answer
  }

  func cacheableUnaryCall(_ request: SimpleRequest, context: CallContext) async throws -> SimpleResponse {
    try context.setInitialMetadata(["cache-control": "max-age=60, public"])
    let time = Wallclock.nanoseconds
    return SimpleResponse(payload: Payload(body: Array("\(time)".utf8)))
  }

  func streamingOutputCall(
    _ request: StreamingOutputCallRequest, context: CallContext, responses: ResponseWriter<StreamingOutputCallResponse>
  ) async throws {
    try echoMetadata(context)
    chooseEncoding(for: request, context)
    try await answer(request, responses)
  }

  func streamingInputCall(
    _ requests: RequestStream<StreamingInputCallRequest>, context: CallContext
  ) async throws -> StreamingInputCallResponse {
    try echoMetadata(context)
    var size = 0
    for try await request in requests {
      try request.expectCompressed?.check(context)
      size += request.payload?.body.count ?? 0
    }
    guard let total = Int32(exactly: size) else { throw RPCError(.outOfRange, "\(size) bytes are more than the answer can say.") }
    return StreamingInputCallResponse(aggregatedPayloadSize: total)
  }

  func fullDuplexCall(
    _ requests: RequestStream<StreamingOutputCallRequest>, context: CallContext,
    responses: ResponseWriter<StreamingOutputCallResponse>
  ) async throws {
    try echoMetadata(context)
    for try await request in requests {
      chooseEncoding(for: request, context)
      try await answer(request, responses)
    }
  }

  func halfDuplexCall(
    _ requests: RequestStream<StreamingOutputCallRequest>, context: CallContext,
    responses: ResponseWriter<StreamingOutputCallResponse>
  ) async throws {
    try echoMetadata(context)
    var held: [StreamingOutputCallRequest] = []
    for try await request in requests {
      guard held.count < Self.mostHeldRequests else {
        throw RPCError(.resourceExhausted, "More than \(Self.mostHeldRequests) requests are not held until the last has come.")
      }
      held.append(request)
    }
    for request in held {
      chooseEncoding(for: request, context)
      try await answer(request, responses)
    }
  }

  func unimplementedCall(_ request: Empty, context: CallContext) async throws -> Empty {
    throw RPCError(.unimplemented, "No server has this method.")
  }

  private static let mostHeldRequests = 1000

  private func answer(_ request: StreamingOutputCallRequest, _ responses: ResponseWriter<StreamingOutputCallResponse>) async throws
  {
    try request.responseStatus?.check()
    for parameters in request.responseParameters {
      if parameters.intervalUs > 0 { try await Task.sleep(for: .microseconds(parameters.intervalUs)) }
      let message = StreamingOutputCallResponse(payload: try Payload(zeros: parameters.size))
      try await responses.write(message, compressed: parameters.compressed?.value ?? false)
    }
  }

  /// The encoding is one for the whole answer, each message then uses it or not: it is chosen with the first that wants it.
  private func chooseEncoding(for request: StreamingOutputCallRequest, _ context: CallContext) {
    if request.responseParameters.contains(where: { $0.compressed?.value == true }) { context.setAnswerEncoding(.gzip) }
  }

  private func echoMetadata(_ context: CallContext) throws {
    var initial = Metadata()
    for value in context.metadata.values(of: EchoedMetadata.initial) { initial.append(EchoedMetadata.initial, value) }
    if !initial.isEmpty { try context.setInitialMetadata(initial) }
    var trailing = Metadata()
    for value in context.metadata.bytes(of: EchoedMetadata.trailing) { trailing.append(EchoedMetadata.trailing, bytes: value) }
    if !trailing.isEmpty { context.setTrailingMetadata(trailing) }
  }
}

/// The service that no server has: it is known by name, and its method is not.
struct UnimplementedServer: UnimplementedService {
  func unimplementedCall(_ request: Empty, context: CallContext) async throws -> Empty {
    throw RPCError(.unimplemented, "No server has this service.")
  }
}
