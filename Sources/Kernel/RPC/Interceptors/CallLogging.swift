public import Logging

/// Logs one line for each call when it has ended: what was called, by whom, how it ended, how long it took and how much went each way.
public struct CallLogging: ServerInterceptor {
  private let okLevel: Logger.Level

  /// - Parameter okLevel: the level of calls that ended well; those that failed by the caller's fault are `info`, by ours `warning`.
  public init(okLevel: Logger.Level = .debug) { self.okLevel = okLevel }

  /// Logs when the call has ended, however it did.
  public func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws {
    let start = ContinuousClock.now
    do {
      try await proceed(context)
      log(context, .ok, nil, start)
    } catch {
      let answered = RPCError.answering(error)
      log(context, answered.code, answered.message, start)
      throw error
    }
  }

  private func log(_ context: CallContext, _ code: StatusCode, _ message: String?, _ start: ContinuousClock.Instant) {
    let level = level(of: code)
    // Asked first: making a logger with its fields is most of the work.
    guard level >= context.minimumLogLevel else { return }
    let traffic = context.traffic
    var metadata: Logger.Metadata = [
      "status": "\(code)", "milliseconds": "\(start.duration(to: .now).milliseconds)",
      "received": "\(traffic.messagesReceived) messages, \(traffic.bytesReceived) bytes",
      "sent": "\(traffic.messagesSent) messages, \(traffic.bytesSent) bytes",
    ]
    if let identity = context.identity { metadata["caller"] = "\(identity.principal)" }
    if let message, !message.isEmpty { metadata["message"] = "\(message)" }
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
