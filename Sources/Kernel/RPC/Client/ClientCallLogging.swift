public import Logging

/// Logs one line for each call when it has ended: what was called, how it ended, how long it took, how often it was sent and how much went
/// each way.
public struct ClientCallLogging: ClientInterceptor {
  private let logger: Logger
  private let okLevel: Logger.Level

  /// - Parameter okLevel: the level of calls that ended well; those that failed are `info`.
  public init(_ logger: Logger, okLevel: Logger.Level = .debug) {
    self.logger = logger
    self.okLevel = okLevel
  }

  /// Wants to hear of the end when a line would be written then; changes and refuses nothing.
  public func begins(_ method: String, options: inout CallOptions) throws(RPCError) -> (@Sendable (CallSummary) -> Void)? {
    // Nobody to tell when no line would be written.
    guard max(okLevel, .info) >= logger.logLevel else { return nil }
    return { [logger, okLevel] summary in
      logger.log(
        level: summary.outcome == nil ? okLevel : .info, "called",
        metadata: [
          "method": "\(method)", "status": "\(summary.outcome?.code ?? .ok)", "message": "\(summary.outcome?.message ?? "")",
          "duration": "\(summary.duration)", "attempts": "\(summary.attempts)",
          "sent": "\(summary.sentMessages) messages, \(summary.sentBytes) bytes",
          "received": "\(summary.receivedMessages) messages, \(summary.receivedBytes) bytes",
        ])
    }
  }
}
