/// What an error says beside its code and message, for a program to act on: google.rpc's standard details, or anybody's own message.
/// Travels in `grpc-status-details-bin`.
public enum ErrorDetail: Sendable, Equatable {
  case badRequest(GoogleBadRequest)
  case errorInfo(GoogleErrorInfo)
  case retryInfo(GoogleRetryInfo)
  case preconditionFailure(GooglePreconditionFailure)
  case quotaFailure(GoogleQuotaFailure)
  case help(GoogleHelp)
  case localizedMessage(GoogleLocalizedMessage)
  case debugInfo(GoogleDebugInfo)
  case requestInfo(GoogleRequestInfo)
  case resourceInfo(GoogleResourceInfo)
  /// A message that is not google.rpc's, or that could not be read as what it says it is. The part of the URL behind its last slash is
  /// the message's full name.
  case other(typeURL: String, bytes: [UInt8])

  /// One field of the request is wrong.
  ///
  /// - Parameter field: the way to it: "kpis[2].weight".
  public static func badRequest(field: String, _ description: String) -> ErrorDetail {
    .badRequest(GoogleBadRequest(fieldViolations: [.init(field: field, description: description)]))
  }

  /// - Parameters:
  ///   - reason: in capitals, unique within the domain: "METRIC_IN_USE".
  ///   - metadata: what belongs to the reason; sent in the order of its keys.
  public static func errorInfo(reason: String, domain: String, metadata: [String: String] = [:]) -> ErrorDetail {
    .errorInfo(
      GoogleErrorInfo(
        reason: reason, domain: domain,
        metadata: metadata.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }))
  }

  /// The call may be tried again after that time.
  public static func retry(after delay: Duration) -> ErrorDetail {
    .retryInfo(GoogleRetryInfo(retryDelay: GoogleDuration(delay)))
  }

  /// How long to wait before trying again, where this says so.
  public var retryDelay: Duration? {
    guard case .retryInfo(let info) = self else { return nil }
    return info.retryDelay.map { Duration($0) }
  }
}

extension GoogleDuration {
  /// To the nanosecond, cut towards zero.
  public init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
  }
}

extension Duration {
  /// The same time, to the nanosecond.
  public init(_ duration: GoogleDuration) {
    self = .seconds(duration.seconds) + .nanoseconds(duration.nanos)
  }
}
