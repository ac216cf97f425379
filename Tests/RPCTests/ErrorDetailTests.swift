import RPC
import Testing

struct ErrorDetailTests {
  private static let everyKind: [ErrorDetail] = [
    .badRequest(field: "kpis[2].weight", "has to be at least 0"),
    .errorInfo(reason: "METRIC_IN_USE", domain: "metrics.lodestar", metadata: ["team": "a", "kpi": "b"]),
    .retry(after: .milliseconds(1500)),
    .preconditionFailure(.init(violations: [.init(type: "STATE", subject: "kpi/a", description: "is archived")])),
    .quotaFailure(.init(violations: [.init(subject: "client:a", description: "more than 10 a second")])),
    .help(.init(links: [.init(description: "how to", url: "https://example.org")])),
    .localizedMessage(.init(locale: "de-CH", message: "grüezi")),
    .debugInfo(.init(stackEntries: ["a", "b"], detail: "c")),
    .requestInfo(.init(requestId: "7", servingData: "x")),
    .resourceInfo(.init(resourceType: "kpi", resourceName: "a", owner: "b", description: "c")),
    .other(typeURL: "example.org/own.Message", bytes: [0, 255, 7]),
  ]

  @Test func `every kind of detail comes back as it was, in its place`() {
    let bytes = ErrorDetails.encode(code: .failedPrecondition, message: "no", details: Self.everyKind)
    #expect(ErrorDetails.decode(bytes) == Self.everyKind)
  }

  /// Worked out by hand from the field numbers of google.rpc.Status, google.protobuf.Any and google.rpc.RetryInfo.
  @Test func `the bytes are those of a google rpc Status`() {
    let url = Array("type.googleapis.com/google.rpc.RetryInfo".utf8)
    let retryInfo: [UInt8] = [0x0A, 8, 0x08, 1, 0x10, 0x80, 0xCA, 0xB5, 0xEE, 0x01]
    let any = [0x0A, UInt8(url.count)] + url + [0x12, UInt8(retryInfo.count)] + retryInfo
    #expect(
      ErrorDetails.encode(code: .unavailable, message: "ö", details: [.retry(after: .milliseconds(1500))])
        == [0x08, 14, 0x12, 2, 0xC3, 0xB6, 0x1A, UInt8(any.count)] + any)
    #expect(ErrorDetails.encode(code: .ok, message: "", details: []) == [])
  }

  @Test func `a detail that is not what it says it is comes back as its bytes`() {
    let lie = ErrorDetail.other(typeURL: "type.googleapis.com/google.rpc.BadRequest", bytes: [0x0A, 200])
    #expect(ErrorDetails.decode(ErrorDetails.encode(code: .internalError, message: "", details: [lie])) == [lie])
  }

  @Test func `a standard detail under another host is known by its name`() {
    let packed = ErrorDetail.other(typeURL: "example.org/a/google.rpc.RetryInfo", bytes: [0x0A, 2, 0x08, 3])
    let read = ErrorDetails.decode(ErrorDetails.encode(code: .unavailable, message: "", details: [packed]))
    #expect(read.map(\.retryDelay) == [.seconds(3)])
  }

  @Test func `bytes that are no status have no details`() {
    #expect(ErrorDetails.decode([]) == [])
    #expect(ErrorDetails.decode([0x1A, 200, 1]) == [])
    #expect(ErrorDetails.decode(Array("not protobuf".utf8)) == [])
  }

  @Test func `what cannot be carried does not take the rest with it`() {
    let details: [ErrorDetail] = [
      .badRequest(field: "a\0b", "x"), .retry(after: .seconds(2)), .other(typeURL: "a\0", bytes: []),
    ]
    let bytes = ErrorDetails.encode(code: .invalidArgument, message: "a\0b", details: details)
    #expect(ErrorDetails.decode(bytes) == [.retry(after: .seconds(2))])
    #expect(Array(bytes.prefix(9)) == [0x08, 3, 0x12, 5] + Array("a\u{FFFD}b".utf8))
  }

  @Test(arguments: [Duration.zero, .nanoseconds(1), .milliseconds(-1500), .seconds(86_400 * 365), .nanoseconds(-1)])
  func `a delay keeps its nanoseconds and its sign`(delay: Duration) {
    #expect(Duration(GoogleDuration(delay)) == delay)
    let message = GoogleDuration(delay)
    #expect(message.seconds.signum() * Int64(message.nanos.signum()) >= 0, "the signs differ")
  }
}
