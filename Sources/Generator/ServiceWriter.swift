/// Writes the server protocols and clients of one .proto file.
struct ServiceWriter {
  let file: ProtoFile
  let swiftNames: [String: String]
  /// The module of the RPC layer; nil when the code is part of it.
  let rpcModule: String?

  func source() -> String {
    var source = SourceText(generatedFrom: file.path)
    if let rpcModule {
      source.line()
      source.line("public import \(rpcModule)")
    }
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
    source.block("public protocol \(service.name)Service: RPCService") { source in
      for method in service.methods {
        source.documentation(method.comment)
        let request = "_ request: \(type(method.input))"
        let name = "func \(identifier(lowerFirst(method.name)))"
        if method.streamsResponses {
          let parameters = [request, "context: CallContext", "responses: ResponseWriter<\(type(method.output))>"]
          source.declaration(name, parameters, " async throws")
        } else {
          source.declaration(name, [request, "context: CallContext"], " async throws -> \(type(method.output))")
        }
      }
    }
    source.line()
    source.block("extension \(service.name)Service") { source in
      source.line("public static var serviceName: String { \"\(service.fullName)\" }")
      source.line()
      source.block("public var methods: [RPCMethod]") { source in
        source.line("[")
        for method in service.methods {
          let name = lowerFirst(method.name)
          let call =
            method.streamsResponses
            ? ".serverStreaming(\(path(service, method))) { try await self.\(name)($0, context: $1, responses: $2) },"
            : ".unary(\(path(service, method))) { try await self.\(name)($0, context: $1) },"
          source.closure("  ", call)
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
        let parameters = ["_ request: \(type(method.input))", "options: CallOptions = CallOptions()"]
        let name = "public func \(identifier(lowerFirst(method.name)))"
        if method.streamsResponses {
          source.declaration(name, parameters, " -> ResponseStream<\(type(method.output))>") { source in
            source.declaration("channel.serverStreaming", [path(service, method), "request", "options: options"], "")
          }
        } else {
          source.declaration(name, parameters, " async throws -> \(type(method.output))") { source in
            source.declaration("try await channel.unary", [path(service, method), "request", "options: options"], "")
          }
        }
      }
    }
  }
}
