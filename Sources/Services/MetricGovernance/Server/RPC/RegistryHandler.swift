import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Wire

/// Serves lodestar.metrics.v1.MetricRegistry from memory.
struct RegistryHandler: MetricRegistryService {
  static let defaultPageSize = 100
  static let largestPageSize = 500
  static let mostRequests = 1_000
  /// Warnings of a batch that are also sent as trailers: HTTP/2 bounds what a header block may hold.
  static let mostTrailers = 50
  static let trailer = "lodestar-metric-warning"

  let live: LiveRegistry
  let resolver: Resolver

  func getMetric(_ request: GetMetricRequest, context: CallContext) async throws -> GetMetricResponse {
    let (metric, freshness) = try live.metric(request.metricKey)
    guard let metric else {
      throw ResolveRefusal.unknownMetric.refusal(metric: request.metricKey, nearest: live.nearestKey(to: request.metricKey))
    }
    return GetMetricResponse(
      metric: try metric.message, registryRevision: freshness.revision, ageMs: freshness.ageMilliseconds)
  }

  func listMetrics(_ request: ListMetricsRequest, context: CallContext) async throws -> ListMetricsResponse {
    let size = try ReadField.pageSize(request.pageSize, usual: Self.defaultPageSize, most: Self.largestPageSize)
    let behind = try ReadField.pageToken(request.pageToken) { MetricKey($0) }
    let wanted = Set(
      try request.statuses.map { status in
        guard let status = MetricGovernanceDomain.VersionStatus(status) else {
          throw Refusal(.invalid, "STATUS_NOT_SET", field: "statuses", "statuses holds VERSION_STATUS_UNSPECIFIED; leave that out.")
        }
        return status
      })
    let (metrics, freshness) = try live.metrics(behind: behind)
    var answer = ListMetricsResponse(registryRevision: freshness.revision, ageMs: freshness.ageMilliseconds)
    for metric in metrics.all where wanted.isEmpty || metric.versions.contains(where: { wanted.contains($0.status) }) {
      guard answer.metrics.count < size else {
        answer.nextPageToken = answer.metrics.last?.metricKey ?? ""
        break
      }
      var message = try metric.message
      message.versions.removeAll { version in
        guard let status = MetricGovernanceDomain.VersionStatus(version.status) else { return false }
        return (status == .sunset || status == .retired) && !wanted.contains(status)
      }
      answer.metrics.append(message)
    }
    return answer
  }

  func resolveVersion(_ request: ResolveVersionRequest, context: CallContext) async throws -> ResolveVersionResponse {
    let answer = try resolver.resolve(request, leavingFree: 0)
    warn([answer.warning], context)
    return try ResolveVersionResponse(wireBytes: answer.bytes)
  }

  func batchResolve(_ request: BatchResolveRequest, context: CallContext) async throws -> BatchResolveResponse {
    guard request.requests.count <= Self.mostRequests else {
      throw Refusal(
        .invalid, "BATCH_TOO_LARGE", field: "requests",
        "requests holds \(request.requests.count); at most \(Self.mostRequests) can be asked for at once.")
    }
    // Unready memory is the call's failure, not each request's.
    _ = try live.freshness()
    var warnings: [String] = []
    var known: Set<String> = []
    var answer = BatchResolveResponse()
    answer.results.reserveCapacity(request.requests.count)
    for one in request.requests {
      do {
        let resolved = try resolver.resolve(one, leavingFree: 0)
        answer.results.append(BatchResolveResult(resolved: try ResolveVersionResponse(wireBytes: resolved.bytes)))
        if !resolved.warning.isEmpty, known.insert(resolved.warning).inserted { warnings.append(resolved.warning) }
      } catch {
        let error = RPCError.answering(error)
        answer.results.append(BatchResolveResult(errorCode: UInt32(error.code.rawValue), errorMessage: error.message))
      }
    }
    warn(Array(warnings.prefix(Self.mostTrailers)), context)
    return answer
  }

  /// Sends the warnings beside the answer as well, where a program sees them that does not know the field.
  func warn(_ warnings: [String], _ context: CallContext) {
    var trailers = Metadata()
    for warning in warnings where !warning.isEmpty { trailers.append(Self.trailer, warning) }
    if !trailers.isEmpty { context.setTrailingMetadata(trailers) }
  }

  func watchRegistry(
    _ request: WatchRegistryRequest, context: CallContext, responses: ResponseWriter<RegistryChange>
  ) async throws {
    try await RegistryWatch(live: live).run(after: request, context: context) { try await responses.write($0) }
  }
}

/// The registry's methods with ResolveVersion in its short form: from the bytes that came to those that go.
struct RegistryService: RPCService {
  static var serviceName: String { RegistryHandler.serviceName }
  static var files: [WireFile] { RegistryHandler.files }
  static let resolvePath = "/lodestar.metrics.v1.MetricRegistry/ResolveVersion"

  let handler: RegistryHandler

  var methods: [RPCMethod] {
    handler.methods.map { method in
      guard method.path == Self.resolvePath else { return method }
      return .unary(method.path) { [handler] bytes, context in
        let answer = try handler.resolver.resolve(bytes, leavingFree: RPCMethod.framePrefixBytes)
        if !answer.warning.isEmpty { handler.warn([answer.warning], context) }
        return answer.bytes
      }
    }
  }
}
