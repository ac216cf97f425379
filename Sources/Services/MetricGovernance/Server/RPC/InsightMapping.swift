import Messages
import MetricGovernanceDomain

extension DiffVersionsResponse {
  init(_ comparison: VersionComparison) {
    self.init(
      changeClass: .init(comparison.changeClass), changes: comparison.changes.map(Messages.DefinitionChange.init),
      fromNormalForm: comparison.fromNormalForm, toNormalForm: comparison.toNormalForm, advice: comparison.advice)
  }
}

extension Messages.DefinitionChange {
  init(_ change: MetricGovernanceDomain.DefinitionChange) {
    self.init(
      changeClass: .init(change.changeClass), part: change.part.rawValue, before: change.before, after: change.after,
      explanation: change.explanation)
  }
}

extension Messages.ChangeClass {
  init(_ changeClass: MetricGovernanceDomain.ChangeClass) {
    switch changeClass {
    case .identical: self = .identical
    case .cosmetic: self = .cosmetic
    case .equivalent: self = .equivalent
    case .edgeCase: self = .edgeCase
    case .breaking: self = .breaking
    }
  }
}

extension ComparisonRow {
  init(_ row: ComparedRow) {
    self.init(
      tenantId: row.tenant, periodStart: row.period, currency: row.currency, fromValue: row.from ?? "", toValue: row.to ?? "",
      difference: row.difference ?? "")
  }
}
