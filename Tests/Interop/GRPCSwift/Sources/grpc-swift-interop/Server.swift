import GRPCCore

/// grpc.testing.TestService in grpc-swift-2, which does not tell whether a message came compressed.
struct TestService: RegistrableRPCService {
  typealias Input = StreamingServerRequest<Message>
  typealias Output = StreamingServerResponse<Message>

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    register("EmptyCall", &router) { request, writer in
      for try await _ in request.messages {}
      try await writer.write(Message())
    }
    register("UnaryCall", &router) { request, writer in
      for try await message in request.messages {
        try Self.checkStatus(message)
        var answer = Message()
        answer.add(1, zeros: message.number(2))
        try await writer.write(answer)
      }
    }
    register("StreamingInputCall", &router) { request, writer in
      var size = 0
      for try await message in request.messages { size += message.payload(1)?.count ?? 0 }
      var answer = Message()
      answer.add(1, number: size)
      try await writer.write(answer)
    }
    for name in ["StreamingOutputCall", "FullDuplexCall"] {
      register(name, &router) { request, writer in
        for try await message in request.messages { try await Self.answer(message, writer) }
      }
    }
    register("HalfDuplexCall", &router) { request, writer in
      var held: [Message] = []
      for try await message in request.messages { held.append(message) }
      for message in held { try await Self.answer(message, writer) }
    }
  }

  private func register<Transport: ServerTransport>(
    _ name: String, _ router: inout RPCRouter<Transport>,
    _ body: @escaping @Sendable (Input, RPCWriter<Message>) async throws -> Void
  ) {
    router.registerHandler(forMethod: Method.test(name), deserializer: MessageBytes(), serializer: MessageBytes()) { request, _ in
      var (initial, trailing) = (Metadata(), Metadata())
      for value in request.metadata[stringValues: Echoed.initial] { initial.addString(value, forKey: Echoed.initial) }
      for value in request.metadata[binaryValues: Echoed.trailing] { trailing.addBinary(value, forKey: Echoed.trailing) }
      return StreamingServerResponse(metadata: initial) { [trailing] writer in
        try await body(request, writer)
        return trailing
      }
    }
  }

  private static func answer(_ message: Message, _ writer: RPCWriter<Message>) async throws {
    try checkStatus(message)
    for parameters in message.messages(2) {
      let pause = parameters.number(2)
      if pause > 0 { try await Task.sleep(for: .microseconds(pause)) }
      var answer = Message()
      answer.add(1, zeros: parameters.number(1))
      try await writer.write(answer)
    }
  }

  private static func checkStatus(_ message: Message) throws {
    guard let status = message.messages(7).first, let code = Status.Code(rawValue: status.number(1)), code != .ok else { return }
    throw RPCError(code: RPCError.Code(code)!, message: String(decoding: status.messages(2).first?.bytes ?? [], as: UTF8.self))
  }
}
