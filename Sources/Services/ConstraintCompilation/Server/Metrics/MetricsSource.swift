import ConstraintCompilationDomain
import Messages
import RPC
import Reactor

/// The KPI configuration, asked of the metrics service for each call that needs it.
struct MetricsSource: Sendable {
  /// The answer comes from that service's memory; what takes longer is not coming.
  static let patience: Duration = .seconds(3)

  let client: MetricGovernanceClient
  let address: SocketAddress

  /// Throws `RPCError` that says which service is away and how to start it.
  func catalogue() async throws -> KpiCatalogue {
    do {
      return KpiCatalogue(
        try await client.getMetricsConfig(GetMetricsConfigRequest(), options: CallOptions(timeout: Self.patience)))
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
          "The metrics service at \(address) could not tell its KPIs (\(error.code)); its log has the details. Nothing was changed."
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
