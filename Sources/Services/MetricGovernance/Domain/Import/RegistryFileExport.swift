/// Writes metrics as metric_registry.yaml: always in the same order and form, so that equal registries have equal bytes, and a file that was
/// exported and is imported plans nothing.
public struct RegistryFileExport: Sendable {
  public let text: String

  public init(_ metrics: [Metric]) {
    var yaml = YAMLText()
    if metrics.isEmpty {
      yaml.line(0, "metrics: {}")
    } else {
      yaml.line(0, "metrics:")
    }
    for metric in metrics.sorted(by: { $0.key < $1.key }) { Self.write(metric, to: &yaml) }
    text = yaml.text
  }

  private static func write(_ metric: Metric, to yaml: inout YAMLText) {
    yaml.line(1, "\(metric.key):")
    yaml.field(2, "display_name", metric.facts.displayName)
    yaml.field(2, "description", metric.facts.description)
    yaml.field(2, "current_version", metric.current?.description ?? "")
    if !metric.facts.owner.isEmpty { yaml.field(2, "owner", metric.facts.owner) }
    if !metric.facts.unit.isEmpty { yaml.field(2, "unit", metric.facts.unit) }
    yaml.line(2, metric.versions.isEmpty ? "versions: {}" : "versions:")
    for version in metric.versions.sorted(by: { $0.number < $1.number }) { write(version, to: &yaml) }
  }

  private static func write(_ version: MetricVersion, to yaml: inout YAMLText) {
    let content = version.content
    yaml.line(3, "\(version.number):")
    yaml.line(4, "status: \(version.status.rawValue)")
    yaml.field(4, "dbt_model", content.dbtModel)
    if !content.relation.isEmpty { yaml.field(4, "relation", content.relation) }
    yaml.field(4, "definition", content.definition)
    write(content.edgeCases, to: &yaml)
    write(content.columns, to: &yaml)
    if !content.migrationGuide.isEmpty { yaml.field(4, "migration_guide", content.migrationGuide) }
    if version.status.isEnding {
      if let replacement = version.replacement { yaml.line(4, "replacement_version: \(YAMLText.quoted(replacement.description))") }
      if let moment = version.moments.plannedSunset { yaml.line(4, "planned_sunset: \(YAMLText.quoted(moment.utc))") }
    }
    if !version.testEvidence.isEmpty { yaml.field(4, "test_evidence", version.testEvidence) }
    write(version.activationRequest, to: &yaml)
  }

  private static func write(_ edgeCases: EdgeCases, to yaml: inout YAMLText) {
    guard edgeCases != EdgeCases() else { return }
    yaml.line(4, "edge_cases:")
    if let zero = edgeCases.onZeroDenominator { yaml.line(5, "on_zero_denominator: \(YAMLText.quoted(zero.rawValue))") }
    if let currency = edgeCases.currency { yaml.line(5, "currency: \(YAMLText.quoted(currency.rawValue))") }
    guard !edgeCases.notes.isEmpty else { return }
    yaml.line(5, "notes:")
    for note in edgeCases.notes { yaml.item(6, note) }
  }

  private static func write(_ columns: [MetricColumn], to yaml: inout YAMLText) {
    guard !columns.isEmpty else { return }
    yaml.line(4, "columns:")
    for column in columns {
      yaml.line(5, "- name: \(YAMLText.quoted(column.name))")
      if !column.type.isEmpty { yaml.field(6, "type", column.type) }
      if !column.constant.isEmpty { yaml.field(6, "constant", column.constant) }
    }
  }

  private static func write(_ approval: Approval?, to yaml: inout YAMLText) {
    yaml.line(4, "approval:")
    guard let approval, let status = approval.fileStatus else { return yaml.line(5, "status: \"none\"") }
    yaml.line(5, "status: \(YAMLText.quoted(status.rawValue))")
    write("approved_by", approval.approvers, to: &yaml)
    write("rejected_by", approval.rejecters, to: &yaml)
    yaml.field(5, "approval_ticket", approval.ticket)
    if !approval.requestedBy.isEmpty { yaml.field(5, "requested_by", FilePrincipal(principal: approval.requestedBy).name) }
    yaml.line(5, "requested_at: \(YAMLText.quoted(approval.requestedAt.utc))")
    yaml.line(5, "breaking_change: \(approval.isBreaking)")
  }

  private static func write(_ key: String, _ people: [FilePrincipal], to yaml: inout YAMLText) {
    guard let first = people.first else { return }
    yaml.line(5, "\(key): \(people.count == 1 ? YAMLText.quoted(first.name) : YAMLText.list(people.map(\.name)))")
  }
}

extension MetricVersion {
  /// What a file tells of the version's approval: the newest request to activate it that still counts.
  var activationRequest: Approval? {
    let requests = approvals.filter { $0.purpose == .activation && $0.status != .void }
    // A draft's later request that was turned down does not undo the one that it left draft by.
    return status == .draft ? requests.last : requests.last { $0.status == .approved } ?? requests.last
  }
}

extension Approval {
  var fileStatus: FileApproval.Status? {
    switch status {
    case .pending: .pending
    case .approved: .approved
    case .rejected: .rejected
    case .void: nil
    }
  }

  var approvers: [FilePrincipal] { people { $0.isApproved } }
  var rejecters: [FilePrincipal] { people { !$0.isApproved } }

  /// In the order of their names, since a file does not say who was first.
  private func people(where isMeant: (Decision) -> Bool) -> [FilePrincipal] {
    decisions.filter(isMeant).map { FilePrincipal(principal: $0.principal) }.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
  }
}
