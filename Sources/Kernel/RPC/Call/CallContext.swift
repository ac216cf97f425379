public import Logging

/// What a handler knows about the call it serves, beside the request.
public struct CallContext: Sendable {
  /// "/lodestar.metrics.v1.MetricGovernance/SaveMetricsConfig"
  public let method: String
  /// What the caller sent beside the message.
  public let metadata: Metadata
  /// When the caller stops waiting; the handler's task is cancelled then. Nil when the caller waits for ever.
  public let deadline: ContinuousClock.Instant?
  /// Where the call comes from: "127.0.0.1:40312", or "unix:" for a local socket.
  public let peer: String
  private let baseLogger: Logger

  public init(method: String, metadata: Metadata, deadline: ContinuousClock.Instant?, peer: String, logger: Logger) {
    self.method = method
    self.metadata = metadata
    self.deadline = deadline
    self.peer = peer
    self.baseLogger = logger
  }

  /// The call being served by the current task: calls made meanwhile inherit its deadline.
  @TaskLocal public static var current: CallContext?

  /// A logger whose lines name the call. Made when asked for, as most calls log nothing.
  public var logger: Logger {
    var logger = baseLogger
    logger[metadataKey: "method"] = "\(method)"
    logger[metadataKey: "peer"] = "\(peer)"
    return logger
  }
}
