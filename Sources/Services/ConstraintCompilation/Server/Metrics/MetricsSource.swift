import ConstraintCompilationDomain
import Messages
import RPC
import Reactor

/// The KPI configuration, asked of the metrics service for each call that needs it.
struct MetricsSource: Sendable {
  /// The answer comes from that service's memory; what takes longer is not coming.
  static let patience: Duration = .seconds(3)

  /// Metrics that one answer of the registry brings, and answers that are asked for: more metrics than these together are not known
  /// by name here.
  private static let (metricsPerPage, mostPages) = (20, 1000)

  private let governance: MetricGovernanceClient
  private let registry: MetricRegistryClient
  private let address: SocketAddress
  private var rememberedCatalogue: KpiCatalogue?
  private var rememberedNames: MetricNames?

  init(channel: RPCChannel, address: SocketAddress) {
    governance = MetricGovernanceClient(channel: channel)
    registry = MetricRegistryClient(channel: channel)
    self.address = address
  }

  /// Throws `RPCError` that says which service is away and how to start it.
  func catalogue() async throws -> KpiCatalogue {
    if let rememberedCatalogue { return rememberedCatalogue }
    return KpiCatalogue(
      try await telling("its KPIs") {
        try await governance.getMetricsConfig(GetMetricsConfigRequest(), options: CallOptions(timeout: Self.patience))
      })
  }

  /// What these chains may name. The registry is listed only when one of them names what is no KPI, and nothing is asked when there
  /// are none. Throws as `catalogue` does.
  func names(for chains: [String]) async throws -> MetricNames {
    if let rememberedNames { return rememberedNames }
    if chains.isEmpty { return MetricNames(kpiKeys: [], metricKeys: []) }
    let kpis = try await catalogue()
    let known = MetricNames(kpis)
    if chains.allSatisfy({ MetricChainParser.knowsAll(of: $0, names: known) }) { return known }
    return MetricNames(kpis, metricKeys: try await metricKeys())
  }

  /// The source with the catalogue of this moment and what these chains may name, for calls that belong together. Throws as
  /// `catalogue` does.
  func remembering(namesFor chains: [String]) async throws -> MetricsSource {
    var source = self
    source.rememberedCatalogue = try await catalogue()
    source.rememberedNames = try await source.names(for: chains)
    return source
  }

  /// The keys of the registry's metrics, whatever became of their versions. Throws as `catalogue` does.
  private func metricKeys() async throws -> [String] {
    var keys: [String] = []
    // Without statuses it is every metric, and less of each: a page brings versions whole, of which only the metric's key is wanted.
    var request = ListMetricsRequest(pageSize: UInt32(Self.metricsPerPage))
    for _ in 0..<Self.mostPages {
      let page = try await telling("its metrics") {
        try await registry.listMetrics(request, options: CallOptions(timeout: Self.patience))
      }
      keys += page.metrics.map(\.metricKey)
      if page.nextPageToken.isEmpty { break }
      request.pageToken = page.nextPageToken
    }
    return keys
  }

  private func telling<Answer: Sendable>(_ what: String, _ call: () async throws -> Answer) async throws -> Answer {
    do {
      return try await call()
    } catch let error as RPCError {
      switch error.code {
      case .unavailable, .deadlineExceeded:
        throw RPCError(
          .unavailable,
          "The metrics service at \(address) cannot be reached; start it with `lodestar up`, then try again. Nothing was changed.")
      case .cancelled: throw error
      default:
        throw RPCError(
          .internalError,
          "The metrics service at \(address) could not tell \(what) (\(error.code)); its log has the details. Nothing was changed."
        )
      }
    }
  }
}

extension KpiCatalogue {
  init(_ config: MetricsConfig) {
    self.init(revision: Int(config.revision), kpis: config.kpis.map(KpiDefinition.init))
  }
}

extension KpiDefinition {
  init(_ kpi: Kpi) {
    self.init(
      key: kpi.kpiKey, name: kpi.kpiName, standing: KpiStanding(kpi.kpiLevel), unit: kpi.unit,
      lowerIsBetter: kpi.direction == .lowerIsBetter, isActive: kpi.isActive, measure: GovernedMeasure(kpi))
  }
}

extension GovernedMeasure {
  init?(_ kpi: Kpi) {
    guard !kpi.metricKey.isEmpty else { return nil }
    self.init(
      metricKey: kpi.metricKey, version: kpi.metricVersion, status: Status(kpi.metricStatus), contentHash: kpi.metricContentHash)
  }
}

extension GovernedMeasure.Status {
  init?(_ status: VersionStatus) {
    switch status {
    case .draft: self = .draft
    case .active: self = .active
    case .deprecated: self = .deprecated
    case .sunset: self = .sunset
    case .retired: self = .retired
    case .unspecified: return nil
    }
  }
}

extension KpiStanding {
  init(_ level: KpiLevel) {
    switch level {
    case .northStar: self = .northStar
    case .strategic: self = .strategic
    case .supporting, .unspecified: self = .supporting
    }
  }
}
