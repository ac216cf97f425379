/// gRPC's server reflection, v1 and v1alpha: tells callers which services a server has, and the .proto files behind them.
public enum ServerReflection {
  /// The two reflection services of a server that has `services`. They name themselves as well.
  public static func describing(_ services: [any RPCService]) -> [any RPCService] {
    let all = services.map { type(of: $0) } + [CurrentReflection.self, AlphaReflection.self]
    let index = ReflectionIndex(
      services: all.map { $0.serviceName }, files: all.flatMap { $0.files } + StandardFiles.all)
    let current = CurrentReflection(index: index)
    return [current, AlphaReflection(current: current)]
  }
}

private struct CurrentReflection: ServerReflectionService {
  let index: ReflectionIndex

  func serverReflectionInfo(
    _ requests: RequestStream<ServerReflectionRequest>, context: CallContext,
    responses: ResponseWriter<ServerReflectionResponse>
  ) async throws {
    var sent: Set<String> = []
    for try await request in requests {
      try await responses.write(
        ServerReflectionResponse(
          validHost: request.host, originalRequest: request,
          messageResponse: Self.message(index.answer(Self.question(request), sent: &sent))))
    }
  }

  private static func question(_ request: ServerReflectionRequest) -> ReflectionQuestion {
    switch request.messageRequest {
    case .fileByFilename(let path): .file(path: path)
    case .fileContainingSymbol(let name): .symbol(name)
    case .fileContainingExtension(let asked): .extensionOf(asked.containingType, number: asked.extensionNumber)
    case .allExtensionNumbersOfType(let name): .extensionNumbers(of: name)
    case .listServices: .services
    case nil: .none
    }
  }

  private static func message(_ answer: ReflectionAnswer) -> ServerReflectionResponse.MessageResponse {
    switch answer {
    case .files(let files): .fileDescriptorResponse(FileDescriptorResponse(fileDescriptorProto: files))
    case .extensionNumbers(let name, let numbers):
      .allExtensionNumbersResponse(ExtensionNumberResponse(baseTypeName: name, extensionNumber: numbers))
    case .services(let names): .listServicesResponse(ListServiceResponse(service: names.map { ServiceResponse(name: $0) }))
    case .error(let code, let text): .errorResponse(ErrorResponse(errorCode: Int32(code.rawValue), errorMessage: text))
    }
  }
}

/// The same under its first name. The two have the same messages but for the package in their names, so one serves the other's bytes.
private struct AlphaReflection: RPCService {
  static var serviceName: String { "grpc.reflection.v1alpha.ServerReflection" }
  let current: CurrentReflection

  var methods: [RPCMethod] {
    [
      .bidirectionalStreaming("/\(Self.serviceName)/ServerReflectionInfo") {
        try await current.serverReflectionInfo($0, context: $1, responses: $2)
      }
    ]
  }
}
