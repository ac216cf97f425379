import Synchronization

/// gRPC's health checking (grpc.health.v1) for the services of one server, which all become ready and drain together.
public final class ServingHealth: HealthService {
  private struct State {
    var isServing = false
    var nextWatcher = 0
    var watchers: [Int: AsyncStream<Bool>.Continuation] = [:]
  }

  private let names: Set<String>
  private let state = Mutex(State())

  /// - Parameter services: the full names that callers may ask for; the empty name, the server as a whole, is always known.
  public init(services: [String]) {
    names = Set(services).union([""])
  }

  public var isServing: Bool { state.withLock { $0.isServing } }

  /// Tells every watcher, if it is news.
  public func set(serving: Bool) {
    let told = state.withLock { state -> [AsyncStream<Bool>.Continuation] in
      guard state.isServing != serving else { return [] }
      state.isServing = serving
      return Array(state.watchers.values)
    }
    for watcher in told { watcher.yield(serving) }
  }

  /// Whether the service serves; NOT_FOUND for one that is not here. The empty name stands for all of them.
  public func check(_ request: HealthCheckRequest, context: CallContext) async throws -> HealthCheckResponse {
    guard names.contains(request.service) else {
      throw RPCError(.notFound, "there is no service \"\(request.service)\" here")
    }
    return Self.response(isServing)
  }

  /// The status now, and each change, until the caller leaves. An unknown service is SERVICE_UNKNOWN, not an error, as the protocol says.
  public func watch(
    _ request: HealthCheckRequest, context: CallContext, responses: ResponseWriter<HealthCheckResponse>
  ) async throws {
    let (changes, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state -> Int in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = continuation
      continuation.yield(state.isServing)
      return state.nextWatcher
    }
    defer { _ = state.withLock { $0.watchers.removeValue(forKey: number) } }
    let isKnown = names.contains(request.service)
    if !isKnown { try await responses.write(HealthCheckResponse(status: .serviceUnknown)) }
    for await serving in changes where isKnown { try await responses.write(Self.response(serving)) }
  }

  private static func response(_ serving: Bool) -> HealthCheckResponse {
    HealthCheckResponse(status: serving ? .serving : .notServing)
  }
}
