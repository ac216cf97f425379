import Messages
import MetricGovernanceDomain
import Postgres

extension TypedKpiRow {
  init(_ row: KpiRow) {
    self.init(
      number: Int(row.rowNumber), key: row.kpiKey, name: row.kpiName, level: row.kpiLevel, unit: row.unit, direction: row.direction,
      isActive: row.isActive, metricKey: row.metricKey, metricVersion: row.metricVersion,
      description: row.description, notes: row.notes)
  }
}

extension SaveScope {
  /// Nil when the request leaves it open.
  init?(_ scope: RowScope) {
    switch scope {
    case .all: self = .all
    case .selection: self = .selection
    case .unspecified: return nil
    }
  }
}

extension SaveMetricsConfigResponse {
  init(_ save: MetricsConfigSave, revision: Int64) {
    self.init(
      saved: !save.isRefused, revision: revision, messages: save.findings.map(RowMessage.init),
      counts: Messages.SaveCounts(save.counts))
  }
}

extension RowMessage {
  init(_ finding: Finding) {
    self.init(
      rowNumber: UInt32(clamping: finding.row), key: finding.key, column: finding.column, severity: .init(finding.severity),
      code: finding.code, message: finding.message)
  }
}

extension Messages.Severity {
  init(_ severity: MetricGovernanceDomain.Severity) {
    switch severity {
    case .info: self = .info
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}

extension Messages.SaveCounts {
  init(_ counts: MetricGovernanceDomain.SaveCounts) {
    self.init(
      rows: UInt32(clamping: counts.rows), upserts: UInt32(clamping: counts.upserts), unchanged: UInt32(clamping: counts.unchanged),
      removed: UInt32(clamping: counts.removed), skipped: 0, warnings: UInt32(clamping: counts.warnings),
      failures: UInt32(clamping: counts.failures))
  }
}

extension MetricsConfig {
  init(_ config: StoredConfig) {
    self.init(
      revision: config.revision, kpis: config.kpis.map { Messages.Kpi($0, standing: config.standings[$0.key]) },
      savedBy: config.savedBy, savedAtUs: config.savedAt?.sinceEpoch ?? 0, registryRevision: config.registryRevision)
  }
}

extension Messages.Kpi {
  init(_ kpi: MetricGovernanceDomain.Kpi, standing: LinkStanding?) {
    self.init(
      kpiKey: kpi.key.spelling, kpiName: kpi.name, kpiLevel: .init(kpi.level), unit: kpi.unit,
      direction: kpi.direction == .higherIsBetter ? .higherIsBetter : .lowerIsBetter, isActive: kpi.isActive,
      metricKey: kpi.metricKey,
      description: kpi.description, notes: kpi.notes, metricVersion: kpi.metricVersion,
      metricStatus: standing.map { Messages.VersionStatus($0.status) } ?? .unspecified,
      metricContentHash: standing?.contentHash ?? "")
  }
}

extension Messages.KpiLevel {
  init(_ level: MetricGovernanceDomain.KpiLevel) {
    switch level {
    case .northStar: self = .northStar
    case .strategic: self = .strategic
    case .supporting: self = .supporting
    }
  }
}
