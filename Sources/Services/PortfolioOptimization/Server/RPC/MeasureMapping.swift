import Messages
import PortfolioOptimizationDomain

extension PortfolioProblem {
  /// What a governed metric measures, in the order of the problem's KPIs.
  var measures: [KpiMeasure] {
    kpis.filter { !$0.metricKey.isEmpty }.map {
      KpiMeasure(
        kpiKey: $0.kpiKey, metricKey: $0.metricKey, metricVersion: $0.metricVersion, metricStatus: $0.metricStatus,
        metricContentHash: $0.metricContentHash)
    }
  }
}

extension RunAlert {
  init?(_ measure: KpiMeasure) {
    guard
      let alert = MeasureAlert(
        kpiKey: measure.kpiKey, metricKey: measure.metricKey, version: measure.metricVersion,
        standing: MeasureAlert.Standing(measure.metricStatus))
    else { return nil }
    self.init(severity: GapSeverity(alert.severity), code: alert.code, kpiKey: measure.kpiKey, message: alert.message)
  }
}

extension MeasureAlert.Standing {
  fileprivate init?(_ status: VersionStatus) {
    switch status {
    case .unspecified: return nil
    case .draft: self = .draft
    case .active: self = .active
    case .deprecated: self = .deprecated
    case .sunset: self = .sunset
    case .retired: self = .retired
    }
  }
}
