/// Writes the server protocols and clients of one .proto file.
struct ServiceWriter {
  let file: ProtoFile
  let swiftNames: [String: String]
  /// The module of the RPC layer; nil when the code is part of it.
  let rpcModule: String?
  /// The constants that hold the files' own descriptions; nil for none.
  let descriptors: String?

  func source() -> String {
    var source = SourceText(generatedFrom: file.path)
    if rpcModule != nil || descriptors != nil { source.line() }
    if let rpcModule { source.line("public import \(rpcModule)") }
    if descriptors != nil { source.line("public import Wire") }
    for service in file.services {
      source.line()
      writeServer(service, &source)
      source.line()
      writeClient(service, &source)
    }
    return source.text
  }

  private func type(_ name: String) -> String { swiftNames[name] ?? name }

  private func path(_ service: ProtoService, _ method: ProtoService.Method) -> String { "\"/\(service.fullName)/\(method.name)\"" }

  private func writeServer(_ service: ProtoService, _ source: inout SourceText) {
    source.documentation(service.comment)
    source.block("public protocol \(service.protocolName): RPCService") { source in
      for method in service.methods {
        source.documentation(method.comment)
        let answer = type(method.output)
        var parameters = [
          method.streamsRequests ? "_ requests: RequestStream<\(type(method.input))>" : "_ request: \(type(method.input))",
          "context: CallContext",
        ]
        if method.streamsResponses { parameters.append("responses: ResponseWriter<\(answer)>") }
        source.declaration(
          "func \(identifier(lowerFirst(method.name)))", parameters,
          " async throws" + (method.streamsResponses ? "" : " -> \(answer)"))
      }
    }
    source.line()
    source.block("extension \(service.protocolName)") { source in
      source.line("public static var serviceName: String { \"\(service.fullName)\" }")
      if let descriptors { source.line("public static var files: [WireFile] { \(descriptors).all }") }
      source.line()
      source.block("public var methods: [RPCMethod]") { source in
        source.line("[")
        for method in service.methods {
          let function = "self.\(lowerFirst(method.name))"
          guard method.shape != "unary" else {
            source.closure(
              "  ",
              ".unary(\(path(service, method))) { try $0.answer(try await \(function)(try $0.request(), context: $0.context)) },")
            continue
          }
          let arguments = method.streamsResponses ? "$0, context: $1, responses: $2" : "$0, context: $1"
          source.closure("  ", ".\(method.shape)(\(path(service, method))) { try await \(function)(\(arguments)) },")
        }
        source.line("]")
      }
    }
  }

  private func writeClient(_ service: ProtoService, _ source: inout SourceText) {
    source.documentation(service.comment)
    source.block("public struct \(service.name)Client: Sendable") { source in
      source.line("private let channel: RPCChannel")
      source.line()
      source.line("public init(channel: RPCChannel) { self.channel = channel }")
      for method in service.methods {
        source.line()
        source.documentation(method.comment)
        // Whoever sends a stream gets the call itself, to write to; a single request is an argument.
        let parameters =
          (method.streamsRequests ? [] : ["_ request: \(type(method.input))"]) + ["options: CallOptions = CallOptions()"]
        let arguments = [path(service, method)] + (method.streamsRequests ? [] : ["request"]) + ["options: options"]
        let awaited = method.shape == "unary" ? "try await " : ""
        source.declaration("public func \(identifier(lowerFirst(method.name)))", parameters, clientResult(method)) { source in
          source.declaration("\(awaited)channel.\(method.shape)", arguments, "")
        }
      }
    }
  }

  private func clientResult(_ method: ProtoService.Method) -> String {
    let (request, answer) = (type(method.input), type(method.output))
    return switch (method.streamsRequests, method.streamsResponses) {
    case (false, false): " async throws -> \(answer)"
    case (false, true): " -> ResponseStream<\(answer)>"
    case (true, false): " -> ClientStreamingCall<\(request), \(answer)>"
    case (true, true): " -> BidirectionalCall<\(request), \(answer)>"
    }
  }
}

extension ProtoService {
  /// The Swift protocol of its servers; a name that ends so already is not made longer.
  var protocolName: String { name.hasSuffix("Service") ? name : "\(name)Service" }
}

extension ProtoService.Method {
  /// What the RPC layer calls it, in its table of methods and on its channel.
  fileprivate var shape: String {
    switch (streamsRequests, streamsResponses) {
    case (false, false): "unary"
    case (false, true): "serverStreaming"
    case (true, false): "clientStreaming"
    case (true, true): "bidirectionalStreaming"
    }
  }
}
