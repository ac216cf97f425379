/// The interceptors of a server, sorted once: who only watches, and who stands around.
struct InterceptorChain: Sendable {
  /// All of them, the outermost first.
  private let links: [any ServerInterceptor]
  /// Those who only watch, the outermost first.
  private let observers: [any CallObserver]
  /// The others.
  private let around: [any ServerInterceptor]

  /// What has to be done for one call.
  enum Way {
    /// Nobody stands around the handler.
    case plain
    /// Only observers do.
    case observed
    case intercepted
  }

  init(_ interceptors: [any ServerInterceptor]) {
    links = interceptors
    observers = interceptors.compactMap { $0 as? any CallObserver }
    around = interceptors.filter { !($0 is any CallObserver) }
  }

  /// What a call that begins now needs.
  var way: Way {
    guard !links.isEmpty else { return .plain }
    return around.allSatisfy { $0.isAtRest } ? .observed : .intercepted
  }

  /// Tells the observers that a call begins; when one refuses it, tells those before that it has ended.
  func begin(_ context: CallContext, _ start: CallEnd.Start) throws {
    for index in observers.indices {
      do {
        try observers[index].begins(context)
      } catch {
        let end = CallEnd(since: start, outcome: RPCError.answering(error), traffic: context.traffic)
        for observer in observers[..<index].reversed() { observer.ended(context, end) }
        throw error
      }
    }
  }

  /// Tells the observers that the handler has returned.
  func end(_ context: CallContext, _ end: CallEnd) {
    for index in observers.indices.reversed() { observers[index].ended(context, end) }
  }

  /// Runs the handler inside all of them, from that one on.
  func run(
    _ context: CallContext, from index: Int = 0, _ handler: (CallContext) async throws -> Void
  ) async throws {
    guard index < links.count else { return try await handler(context) }
    try await links[index].intercept(context) { context in try await run(context, from: index + 1, handler) }
  }
}
