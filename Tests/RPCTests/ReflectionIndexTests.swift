import Testing
import Wire

@testable import RPC

struct ReflectionIndexTests {
  private let index = ReflectionIndex(services: ["z.Z", "a.A"], files: StandardFiles.all + StandardFiles.all)

  private func ask(_ question: ReflectionQuestion) -> ReflectionAnswer {
    var sent: Set<String> = []
    return index.answer(question, sent: &sent)
  }

  private func files(_ paths: String...) -> ReflectionAnswer {
    .files(paths.compactMap { path in StandardFiles.all.first { $0.path == path }?.descriptorBytes })
  }

  @Test func `the services are listed by name`() {
    #expect(ask(.services) == .services(["a.A", "z.Z"]))
  }

  @Test func `a file comes first and what it imports behind it`() {
    #expect(ask(.file(path: "google/rpc/status.proto")) == files("google/rpc/status.proto", "google/protobuf/any.proto"))
    #expect(ask(.file(path: "grpc/health/v1/health.proto")) == files("grpc/health/v1/health.proto"))
  }

  @Test func `a diamond of imports is sent once, breadth first`() {
    let diamond = ReflectionIndex(
      services: [],
      files: [
        WireFile(path: "top", dependencies: ["left", "right"], base64: "CgN0b3A="),
        WireFile(path: "left", dependencies: ["bottom"], base64: "CgRsZWZ0"),
        WireFile(path: "right", dependencies: ["bottom", "not here"], base64: "CgVyaWdodA=="),
        WireFile(path: "bottom", dependencies: ["top"], base64: "CgZib3R0b20="),
      ])
    var sent: Set<String> = []
    let answer = diamond.answer(.file(path: "top"), sent: &sent)
    let names = ["top", "left", "right", "bottom"]
    #expect(answer == .files(names.map { [0x0A, UInt8($0.utf8.count)] + Array($0.utf8) }))
  }

  @Test func `a stream is not sent a file twice, but for the one it asks for`() {
    var sent: Set<String> = []
    #expect(index.answer(.file(path: "google/protobuf/any.proto"), sent: &sent) == files("google/protobuf/any.proto"))
    #expect(index.answer(.symbol("google.rpc.Status"), sent: &sent) == files("google/rpc/status.proto"))
    #expect(index.answer(.symbol("google.rpc.Status"), sent: &sent) == files("google/rpc/status.proto"))
  }

  @Test(arguments: [
    "grpc.health.v1.Health", "grpc.health.v1.Health.Check", "grpc.health.v1.HealthCheckRequest",
    "grpc.health.v1.HealthCheckRequest.service", "grpc.health.v1.HealthCheckResponse.ServingStatus",
    "grpc.health.v1.HealthCheckResponse.NOT_SERVING",
  ]) func `a file is found by everything it declares`(name: String) {
    #expect(ask(.symbol(name)) == files("grpc/health/v1/health.proto"))
  }

  @Test func `nested messages and oneofs are found as well`() {
    let details = files("google/rpc/error_details.proto", "google/protobuf/duration.proto")
    #expect(ask(.symbol("google.rpc.BadRequest.FieldViolation")) == details)
    #expect(ask(.symbol("google.rpc.BadRequest.FieldViolation.reason")) == details)
    #expect(
      ask(.symbol("grpc.reflection.v1.ServerReflectionRequest.message_request")) == files("grpc/reflection/v1/reflection.proto"))
  }

  @Test(arguments: [
    "", "grpc", "grpc.health.v1", "Health", "grpc.health.v1.Health.Nope", ".grpc.health.v1.Health",
    "grpc.health.v1.HealthCheckResponse.ServingStatus.NOT_SERVING",
  ]) func `what is not there is NOT_FOUND`(name: String) {
    #expect(ask(.symbol(name)) == .error(.notFound, "Nothing here is called \"\(name)\"; a full name begins with the package."))
  }

  @Test func `extensions are asked about in vain`() {
    #expect(ask(.extensionNumbers(of: "google.rpc.Status")) == .extensionNumbers(of: "google.rpc.Status", []))
    #expect(ask(.extensionNumbers(of: "google.rpc.Nope")) == .error(.notFound, "There is no message \"google.rpc.Nope\" here."))
    #expect(
      ask(.extensionOf("google.rpc.Status", number: 7))
        == .error(.notFound, "google.rpc.Status has no extension 7: no message here has extensions."))
    #expect(ask(.file(path: "nope.proto")) == .error(.notFound, "There is no file \"nope.proto\" here."))
  }

  @Test func `asking for nothing is told what to ask`() {
    #expect(ask(.none) == .error(.invalidArgument, "The request asks for nothing: set one field of message_request."))
  }

  @Test func `a descriptor that breaks off declares what came before the break`() {
    let whole = StandardFiles.all.first { $0.path == "grpc/health/v1/health.proto" }?.descriptorBytes ?? []
    let all = DeclaredSymbols(file: whole)
    #expect(all.messages == ["grpc.health.v1.HealthCheckRequest", "grpc.health.v1.HealthCheckResponse"])
    for count in whole.indices {
      let part = DeclaredSymbols(file: Array(whole[..<count]))
      #expect(all.messages.starts(with: part.messages))
    }
    #expect(DeclaredSymbols(file: [0xFF, 0xFF]).others.isEmpty && DeclaredSymbols(file: [0x22, 0xFF, 0x7F]).messages.isEmpty)
  }
}

struct ServerReflectionTests {
  private func answers<Request: WireMessage, Answer: WireMessage>(
    _ call: BidirectionalCall<Request, Answer>, to requests: [Request]
  ) async throws -> [[UInt8]] {
    var answers = call.responses.makeAsyncIterator()
    var read: [[UInt8]] = []
    for request in requests {
      try await call.requests.write(request)
      read.append(try #require(try await answers.next()).wireBytes())
    }
    return read
  }

  @Test func `both names of reflection give the same answers`() async throws {
    let described = ServerReflection.describing([TestService(methods: [echo])])
    try await withServer([echo], extra: described) { test in
      let current = try await answers(
        ServerReflectionClient(channel: test.channel).serverReflectionInfo(),
        to: [
          ServerReflectionRequest(host: "a", messageRequest: .listServices("*")),
          ServerReflectionRequest(host: "a", messageRequest: .fileContainingSymbol("grpc.health.v1.Health")),
          ServerReflectionRequest(host: "a", messageRequest: .fileContainingSymbol("not.There")),
        ])
      let alpha = try await answers(
        AlphaServerReflectionClient(channel: test.channel).serverReflectionInfo(),
        to: [
          AlphaServerReflectionRequest(host: "a", messageRequest: .listServices("*")),
          AlphaServerReflectionRequest(host: "a", messageRequest: .fileContainingSymbol("grpc.health.v1.Health")),
          AlphaServerReflectionRequest(host: "a", messageRequest: .fileContainingSymbol("not.There")),
        ])
      #expect(alpha == current)
      let listed = try AlphaServerReflectionResponse(wireBytes: alpha[0])
      let names = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "test.Service"]
      #expect(
        listed.messageResponse
          == .listServicesResponse(AlphaListServiceResponse(service: names.map { AlphaServiceResponse(name: $0) })))
    }
  }
}
