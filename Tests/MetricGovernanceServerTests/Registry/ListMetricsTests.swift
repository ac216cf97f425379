import Messages
import MetricGovernanceDomain
import RPC
import TestSupport
import Testing

@testable import MetricGovernanceServer

@Suite(.timeLimit(.minutes(1))) struct ListMetricsTests {
  private typealias Version = RegistrySeeds.Version

  private func list(_ registry: RegistryUnderTest, _ request: ListMetricsRequest) async throws -> ListMetricsResponse {
    try await registry.handler.listMetrics(request, context: RegistryUnderTest.context)
  }

  @Test func `pages follow each other in the order of the keys, each metric once`() async throws {
    try await withRegistry { registry in
      for number in [3, 1, 7, 5, 2, 6, 4] { try await registry.seeds.metric("metric_\(number)", [Version(number: 1)]) }
      try await registry.open()
      var keys: [String] = []
      var token = ""
      repeat {
        let page = try await list(registry, ListMetricsRequest(pageSize: 3, pageToken: token))
        #expect(page.metrics.count <= 3 && page.registryRevision == 7)
        keys += page.metrics.map(\.metricKey)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(keys == (1...7).map { "metric_\($0)" })
    }
  }

  @Test func `lists leave out what is sunset or retired unless it is asked for, the metric itself has all`() async throws {
    try await withRegistry { registry in
      try await registry.seeds.metric(
        "roas",
        [
          Version(number: 1, status: "retired"), Version(number: 2, status: "sunset"), Version(number: 3, status: "deprecated"),
          Version(number: 4), Version(number: 5, status: "draft"),
        ])
      try await registry.seeds.metric("cac", [Version(number: 1)])
      try await registry.open()
      let all = try await list(registry, ListMetricsRequest())
      #expect(all.metrics.map { $0.versions.map(\.version) } == [["v1"], ["v3", "v4", "v5"]])
      let sunset = try await list(registry, ListMetricsRequest(statuses: [.sunset]))
      #expect(sunset.metrics.map { $0.versions.map(\.version) } == [["v2", "v3", "v4", "v5"]])
      let metric = try await registry.handler.getMetric(
        GetMetricRequest(metricKey: "roas"), context: RegistryUnderTest.context)
      #expect(metric.metric?.versions.map(\.version) == ["v1", "v2", "v3", "v4", "v5"])
      #expect(metric.metric?.currentVersion == "v4")
    }
  }

  @Test func `a page that cannot be is refused`() async throws {
    try await withRegistry { registry in
      try await registry.open()
      for (request, part) in [
        (ListMetricsRequest(pageSize: 501), "at most 500"), (ListMetricsRequest(pageToken: "Not One"), "page_token"),
        (ListMetricsRequest(statuses: [.unspecified]), "UNSPECIFIED"),
      ] {
        let error = await #expect(throws: Refusal.self) { try await list(registry, request) }
        #expect(error?.kind == .invalid && error?.message.contains(part) == true)
      }
      let error = await #expect(throws: Refusal.self) {
        try await registry.handler.getMetric(GetMetricRequest(metricKey: "roas"), context: RegistryUnderTest.context)
      }
      #expect(error?.kind == .notFound)
    }
  }
}
