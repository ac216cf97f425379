/// Stands between the connection and the handlers of every call: measures, logs, refuses.
public protocol ServerInterceptor: Sendable {
  /// Serves a call by calling `proceed`, once; throws to refuse it. What `proceed` throws is the call's error. The context is passed
  /// on as it came.
  func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws

  /// Whether it would only let a call pass that began now, so that it need not be asked.
  var isAtRest: Bool { get }
}

extension ServerInterceptor {
  public var isAtRest: Bool { false }
}

/// An interceptor that has something to do before a handler and after it, but nothing to wait for.
///
/// Where all that stand around a call are observers, or at rest, the handler is called from where it would be without them: four that each called the next
/// made a small call half as expensive again.
public protocol CallObserver: ServerInterceptor {
  /// Before the handler. Throws to refuse the call: the handler and those further in hear nothing of it.
  func begins(_ context: CallContext) throws
  /// After the handler, however it ended, and after those further in.
  func ended(_ context: CallContext, _ end: CallEnd)
}

extension CallObserver {
  /// Lets every call pass.
  public func begins(_ context: CallContext) throws {}
  /// Has nothing to say to it.
  public func ended(_ context: CallContext, _ end: CallEnd) {}

  /// For a call that others stand around as well.
  public func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws {
    let start = CallEnd.Start()
    try begins(context)
    do {
      try await proceed(context)
    } catch {
      ended(context, CallEnd(since: start, outcome: RPCError.answering(error), traffic: context.traffic))
      throw error
    }
    ended(context, CallEnd(since: start, outcome: nil, traffic: context.traffic))
  }
}

extension CallContext {
  /// How much went each way until now.
  public var traffic: CallTraffic { call.counters.traffic }
}
