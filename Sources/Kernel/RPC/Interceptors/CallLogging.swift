public import Logging

/// Logs one line for each call when it has ended: what was called, by whom, how it ended, how long it took and how much went each way.
public struct CallLogging: CallObserver {
  private let okLevel: Logger.Level

  /// - Parameter okLevel: the level of calls that ended well; those that failed by the caller's fault are `info`, by ours `warning`.
  public init(okLevel: Logger.Level = .debug) { self.okLevel = okLevel }

  /// Logs when the call has ended, however it did.
  public func ended(_ context: CallContext, _ end: CallEnd) {
    let code = end.outcome?.code ?? .ok
    let level = level(of: code)
    // Asked first: making a logger with its fields is most of the work.
    guard level >= context.minimumLogLevel else { return }
    let traffic = end.traffic
    var metadata: Logger.Metadata = [
      "status": "\(code)", "milliseconds": "\(Duration.nanoseconds(end.durationNanoseconds).milliseconds)",
      "received": "\(traffic.messagesReceived) messages, \(traffic.bytesReceived) bytes",
      "sent": "\(traffic.messagesSent) messages, \(traffic.bytesSent) bytes",
    ]
    if let identity = context.identity { metadata["caller"] = "\(identity.principal)" }
    if let message = end.outcome?.message, !message.isEmpty { metadata["message"] = "\(message)" }
    context.logger.log(level: level, "call", metadata: metadata)
  }

  private func level(of code: StatusCode) -> Logger.Level {
    switch code {
    case .ok: okLevel
    case .unknown, .internalError, .dataLoss, .unavailable, .resourceExhausted, .deadlineExceeded: .warning
    default: .info
    }
  }
}

extension CallContext {
  var minimumLogLevel: Logger.Level { call.connection.logger.logLevel }
}

extension Duration {
  /// Whole and thousandth milliseconds, for people.
  var milliseconds: Double {
    let microseconds = components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    return Double(microseconds) / 1000
  }
}
