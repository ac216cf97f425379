/// Stands between the connection and the handlers of every call: measures, logs, refuses.
public protocol ServerInterceptor: Sendable {
  /// Serves a call by calling `proceed`, once; throws to refuse it. What `proceed` throws is the call's error. The context is passed
  /// on as it came.
  func intercept(_ context: CallContext, _ proceed: (CallContext) async throws -> Void) async throws
}

extension CallContext {
  /// How much went each way until now.
  public var traffic: CallTraffic { call.traffic }
}
