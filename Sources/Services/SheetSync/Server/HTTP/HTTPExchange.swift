/// A request to a service over HTTP.
struct HTTPRequest: Sendable {
  enum Method: Sendable { case get, post }

  var method: Method
  var url: String
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []
  var timeout: Duration = .seconds(60)
  /// A longer answer is given up.
  var mostBytes: Int
}

/// What came back.
enum HTTPExchange: Sendable {
  case answer(HTTPAnswer)
  /// The connection could not be made or was cut, with the reason for the log.
  case cut(String)
  case timedOut
  /// Longer than allowed.
  case tooLong
}

/// An answer, whole.
struct HTTPAnswer: Sendable {
  var status: Int
  var retryAfterSeconds: Double?
  var body: [UInt8]
}

/// Sends requests. Tests put their own in its place.
protocol HTTPSender: Sendable {
  /// Throws only `CancellationError`.
  func send(_ request: HTTPRequest) async throws -> HTTPExchange
  func close() async
}
