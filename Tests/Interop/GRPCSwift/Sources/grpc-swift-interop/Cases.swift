import GRPCCore

struct Wrong: Error, CustomStringConvertible {
  let description: String
}

func expect<Value: Equatable>(_ what: String, _ came: Value, _ expected: Value) throws {
  if came != expected { throw Wrong(description: "\(what): expected \(expected), came \(came)") }
}

/// The official cases on one client of grpc-swift-2.
struct Cases<Transport: ClientTransport>: Sendable {
  let client: GRPCClient<Transport>
  private let codec = MessageBytes()
  private let requestSizes = [27_182, 8, 1_828, 45_904]
  private let answerSizes = [31_415, 9, 2_653, 58_979]

  init(client: GRPCClient<Transport>) { self.client = client }

  func run(_ name: String) async throws {
    switch name {
    case "empty_unary": try expect("the answer", try await unary("EmptyCall", Message()).message, Message())
    case "large_unary": try await largeUnary()
    case "client_compressed_unary": try await clientCompressedUnary()
    case "client_streaming": try await clientStreaming()
    case "server_streaming": try await serverStreaming()
    case "ping_pong": try await pingPong()
    case "empty_stream": try expect("the answers", try await duplex([]), [])
    case "custom_metadata": try await customMetadata()
    case "status_code_and_message": try await statuses("test status message", streams: true)
    case "special_status_message":
      try await statuses("\t\ntest with whitespace\r\nand Unicode BMP \u{263A} and non-BMP \u{1F608}\t\n", streams: false)
    case "unimplemented_method": try await expectCode(.unimplemented) { try await unary("UnimplementedCall", Message()).message }
    case "unimplemented_service":
      try await expectCode(.unimplemented) { try await unary(Method.unimplementedService, Message()).message }
    case "cancel_after_first_response": try await cancelAfterFirstResponse()
    case "timeout_on_sleeping_server": try await timeoutOnSleepingServer()
    case "rpc_soak": for _ in 0..<10 { try await largeUnary() }
    default: throw Wrong(description: "no such case")
    }
  }

  private func unary(_ name: String, _ message: Message, metadata: Metadata = [:], _ options: CallOptions = .defaults) async throws
    -> ClientResponse<Message>
  {
    try await unary(Method.test(name), message, metadata: metadata, options)
  }

  private func unary(
    _ method: MethodDescriptor, _ message: Message, metadata: Metadata = [:], _ options: CallOptions = .defaults
  ) async throws -> ClientResponse<Message> {
    try await client.unary(
      request: ClientRequest(message: message, metadata: metadata), descriptor: method, serializer: codec, deserializer: codec,
      options: options
    ) { $0 }
  }

  private func large(expectCompressed: Bool? = nil) -> Message {
    var message = Message()
    message.add(2, number: 314_159)
    message.add(3, zeros: 271_828)
    if let expectCompressed {
      var value = Message()
      value.add(1, number: expectCompressed ? 1 : 0)
      message.add(8, bytes: value.bytes)
    }
    return message
  }

  private func largeUnary() async throws {
    try expect("the payload", try await unary("UnaryCall", large()).message.payload(1)?.count, 314_159)
  }

  private func clientCompressedUnary() async throws {
    try await expectCode(.invalidArgument) { try await unary("UnaryCall", large(expectCompressed: true)).message }
    var options = CallOptions.defaults
    options.compression = .gzip
    let compressed = try await unary("UnaryCall", large(expectCompressed: true), options).message
    try expect("the payload", compressed.payload(1)?.count, 314_159)
    let plain = try await unary("UnaryCall", large(expectCompressed: false)).message
    try expect("the payload", plain.payload(1)?.count, 314_159)
  }

  private func clientStreaming() async throws {
    let sizes = requestSizes
    let request = StreamingClientRequest<Message> { writer in
      for size in sizes {
        var message = Message()
        message.add(1, zeros: size)
        try await writer.write(message)
      }
    }
    let size = try await client.clientStreaming(
      request: request, descriptor: Method.test("StreamingInputCall"), serializer: codec, deserializer: codec, options: .defaults
    ) { (response: ClientResponse<Message>) in try response.message.number(1) }
    try expect("the size", size, 74_922)
  }

  private func serverStreaming() async throws {
    var message = Message()
    for size in answerSizes { message.add(2, bytes: parameters(size).bytes) }
    let sizes = try await client.serverStreaming(
      request: ClientRequest(message: message), descriptor: Method.test("StreamingOutputCall"), serializer: codec,
      deserializer: codec, options: .defaults
    ) { (response: StreamingClientResponse<Message>) in
      try await response.messages.reduce(into: [Int]()) { $0.append($1.payload(1)?.count ?? -1) }
    }
    try expect("the sizes", sizes, answerSizes)
  }

  private func parameters(_ size: Int) -> Message {
    var parameters = Message()
    parameters.add(1, number: size)
    return parameters
  }

  private func outputRequest(_ size: Int, payload: Int) -> Message {
    var message = Message()
    message.add(2, bytes: parameters(size).bytes)
    message.add(3, zeros: payload)
    return message
  }

  /// The sizes of the answers to requests that are sent at once.
  private func duplex(_ requests: [Message], metadata: Metadata = [:]) async throws -> [Int] {
    let request = StreamingClientRequest<Message>(metadata: metadata) { writer in
      for message in requests { try await writer.write(message) }
    }
    return try await client.bidirectionalStreaming(
      request: request, descriptor: Method.test("FullDuplexCall"), serializer: codec, deserializer: codec, options: .defaults
    ) { response in try await response.messages.reduce(into: [Int]()) { $0.append($1.payload(1)?.count ?? -1) } }
  }

  private func pingPong() async throws {
    let (turns, next) = AsyncStream.makeStream(of: Int.self)
    let (requests, answers) = (requestSizes, answerSizes)
    next.yield(0)
    let request = StreamingClientRequest<Message> { writer in
      for await turn in turns { try await writer.write(outputRequest(answers[turn], payload: requests[turn])) }
    }
    let sizes = try await client.bidirectionalStreaming(
      request: request, descriptor: Method.test("FullDuplexCall"), serializer: codec, deserializer: codec, options: .defaults
    ) { response in
      var sizes: [Int] = []
      for try await message in response.messages {
        sizes.append(message.payload(1)?.count ?? -1)
        if sizes.count < answers.count { next.yield(sizes.count) } else { next.finish() }
      }
      return sizes
    }
    try expect("the sizes", sizes, answers)
  }

  private func customMetadata() async throws {
    var metadata = Metadata()
    metadata.addString("test_initial_metadata_value", forKey: Echoed.initial)
    metadata.addBinary([0xAB, 0xAB, 0xAB], forKey: Echoed.trailing)
    let response = try await unary("UnaryCall", large(), metadata: metadata)
    try expect("the payload", try response.message.payload(1)?.count, 314_159)
    try expect("initial metadata", Array(response.metadata[stringValues: Echoed.initial]), ["test_initial_metadata_value"])
    try expect("trailing metadata", Array(response.trailingMetadata[binaryValues: Echoed.trailing]), [[0xAB, 0xAB, 0xAB]])
    try expect("the sizes", try await duplex([outputRequest(314_159, payload: 271_828)], metadata: metadata), [314_159])
  }

  private func statuses(_ text: String, streams: Bool) async throws {
    var status = Message()
    status.add(1, number: 2)
    status.add(2, bytes: Array(text.utf8))
    var message = Message()
    message.add(7, bytes: status.bytes)
    let request = message
    let answered = try await expectCode(.unknown) { try await unary("UnaryCall", request).message }
    try expect("the message", answered, text)
    guard streams else { return }
    let streamed = try await expectCode(.unknown) { try await duplex([request]) }
    try expect("the message", streamed, text)
  }

  private func cancelAfterFirstResponse() async throws {
    let request = StreamingClientRequest<Message> { writer in
      try await writer.write(outputRequest(31_415, payload: 27_182))
      try await Task.sleep(for: .seconds(60))
    }
    let (first, arrived) = AsyncStream.makeStream(of: Int.self)
    let call = Task {
      try await client.bidirectionalStreaming(
        request: request, descriptor: Method.test("FullDuplexCall"), serializer: codec, deserializer: codec, options: .defaults
      ) { response in
        for try await message in response.messages { arrived.yield(message.payload(1)?.count ?? -1) }
      }
    }
    for await size in first {
      try expect("the size", size, 31_415)
      break
    }
    call.cancel()
    switch await call.result {
    case .success: throw Wrong(description: "the cancelled call: expected CANCELLED, came its end")
    case .failure(let error as RPCError): try expect("the code", error.code, .cancelled)
    case .failure(is CancellationError): break
    case .failure(let error): throw error
    }
  }

  private func timeoutOnSleepingServer() async throws {
    var options = CallOptions.defaults
    options.timeout = .milliseconds(1)
    let request = StreamingClientRequest<Message> { writer in
      var message = Message()
      message.add(3, zeros: 27_182)
      try await writer.write(message)
      try await Task.sleep(for: .seconds(60))
    }
    try await expectCode(.deadlineExceeded) {
      try await client.bidirectionalStreaming(
        request: request, descriptor: Method.test("FullDuplexCall"), serializer: codec, deserializer: codec, options: options
      ) { (response: StreamingClientResponse<Message>) in for try await _ in response.messages {} }
    }
  }

  /// The message of the error.
  @discardableResult
  private func expectCode<Value>(_ code: RPCError.Code, _ call: () async throws -> Value) async throws -> String {
    do {
      _ = try await call()
    } catch let error as RPCError {
      try expect("the code", error.code, code)
      return error.message
    }
    throw Wrong(description: "expected \(code), came OK")
  }
}
