import Messages
import MetricGovernanceDomain

extension ResolveVersionResponse {
  /// What is the same in every answer that names the version.
  init(fixedPartOf version: MetricGovernanceDomain.MetricVersion, metric: MetricKey) {
    let content = version.content
    self.init(
      metricKey: metric.text, version: version.number.description, status: Messages.VersionStatus(version.status),
      dbtModel: content.dbtModel, relation: content.relation(of: version.number, metric), definition: content.definition,
      predicate: content.predicate, edgeCases: Messages.EdgeCases(content.edgeCases), correction: UInt32(version.correction),
      contentHash: Hexadecimal.text(version.contentHash))
  }
}

extension MetricGovernanceDomain.VersionContent {
  /// What a reader filters by: the columns that have one value.
  var predicate: String {
    columns.filter { !$0.constant.isEmpty }.map { "\($0.name) = '\(Self.quoted($0.constant))'" }.joined(separator: " AND ")
  }

  /// For between SQL's single quotes.
  private static func quoted(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }
}

extension VersionWarning {
  init(_ warning: ResolveWarning) {
    self.init(
      code: warning.code, message: warning.message, plannedSunsetAtUs: warning.plannedSunset?.microseconds ?? 0,
      replacementVersion: warning.replacement?.description ?? "", migrationGuide: warning.migrationGuide)
  }
}

extension MetricGovernanceDomain.VersionStatus {
  /// Nil for one that is not set.
  init?(_ status: Messages.VersionStatus) {
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

extension MetricGovernanceDomain.ResolvePurpose {
  /// The purpose with that number in the contract; nil for none.
  init?(number: UInt64) {
    switch number {
    case 1: self = .newDashboard
    case 2: self = .existingDashboard
    case 3: self = .adHocQuery
    default: return nil
    }
  }
}
