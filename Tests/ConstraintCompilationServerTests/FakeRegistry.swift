import Messages
import RPC

/// A metrics registry in this process that lists metrics, two a page, and nothing else.
struct FakeRegistry: MetricRegistryService {
  let keys: [String]

  init(_ keys: [String]) { self.keys = keys }

  func listMetrics(_ request: ListMetricsRequest, context: CallContext) async throws -> ListMetricsResponse {
    let start = Int(request.pageToken) ?? 0
    let end = min(keys.count, start + 2)
    return ListMetricsResponse(
      metrics: keys[start..<end].map { Metric(metricKey: $0) }, nextPageToken: end < keys.count ? "\(end)" : "")
  }

  private var refusal: RPCError { RPCError(.unimplemented, "the fake registry only lists") }
  func getMetric(_: GetMetricRequest, context: CallContext) async throws -> GetMetricResponse { throw refusal }
  func resolveVersion(_: ResolveVersionRequest, context: CallContext) async throws -> ResolveVersionResponse { throw refusal }
  func batchResolve(_: BatchResolveRequest, context: CallContext) async throws -> BatchResolveResponse { throw refusal }
  func watchRegistry(_: WatchRegistryRequest, context: CallContext, responses: ResponseWriter<RegistryChange>) async throws {
    throw refusal
  }
}
