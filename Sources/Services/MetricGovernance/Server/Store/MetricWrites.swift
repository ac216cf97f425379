import MetricGovernanceDomain
import Postgres

/// The statements that make the stored metric what the rules made of it: only what differs is written.
struct MetricWrites {
  var before: Metric?
  var after: Metric

  var statements: [Statement] {
    var statements = [upsertMetric]
    for version in after.versions {
      let known = before?.version(version.number)
      if known.map({ Self.row($0) != Self.row(version) }) ?? true { statements.append(upsert(version)) }
      for approval in version.approvals {
        let knownApproval = known?.approvals.first { $0.number == approval.number }
        if knownApproval != approval { statements.append(upsert(approval, of: version.number)) }
        for decision in approval.decisions.dropFirst(knownApproval?.decisions.count ?? 0) {
          statements.append(insert(decision, approval.number, of: version.number))
        }
      }
    }
    for version in after.currentHistory.dropFirst(before?.currentHistory.count ?? 0) { statements.append(insert(history: version)) }
    return statements
  }

  private static func row(_ version: MetricVersion) -> MetricVersion {
    var row = version
    row.approvals = []
    return row
  }

  private var upsertMetric: Statement {
    """
    INSERT INTO metric (metric_key, display_name, description, owner, unit, current_version, revision)
    VALUES (\(after.key.text), \(after.facts.displayName), \(after.facts.description), \(after.facts.owner), \(after.facts.unit),
      \(after.current?.number as Int32?), \(after.revision))
    ON CONFLICT (metric_key) DO UPDATE SET display_name = excluded.display_name, description = excluded.description,
      owner = excluded.owner, unit = excluded.unit, current_version = excluded.current_version, revision = excluded.revision
    """
  }

  private func upsert(_ version: MetricVersion) -> Statement {
    let content = version.content
    let moments = version.moments
    return """
      INSERT INTO metric_version (metric_key, version, status, dbt_model, relation, definition, edge_cases, columns, migration_guide,
        test_evidence, breaking_change, replacement_version, correction, content_hash, created_by, created_at, activated_at,
        deprecated_at, planned_sunset_at, sunset_at, retired_at)
      VALUES (\(after.key.text), \(version.number.number), \(version.status.rawValue), \(content.dbtModel), \(content.relation),
        \(content.definition), \(StoredContent.text(content.edgeCases)), \(StoredContent.text(content.columns)),
        \(content.migrationGuide), \(version.testEvidence), \(version.isBreaking), \(version.replacement?.number as Int32?),
        \(version.correction), \(version.contentHash), \(version.createdBy), \(moments.created.timestamp),
        \(moments.activated?.timestamp as TimestampMicroseconds?), \(moments.deprecated?.timestamp as TimestampMicroseconds?), \(moments.plannedSunset?.timestamp as TimestampMicroseconds?),
        \(moments.sunset?.timestamp as TimestampMicroseconds?), \(moments.retired?.timestamp as TimestampMicroseconds?))
      ON CONFLICT (metric_key, version) DO UPDATE SET status = excluded.status, dbt_model = excluded.dbt_model,
        relation = excluded.relation, definition = excluded.definition, edge_cases = excluded.edge_cases,
        columns = excluded.columns, migration_guide = excluded.migration_guide, test_evidence = excluded.test_evidence,
        breaking_change = excluded.breaking_change, replacement_version = excluded.replacement_version,
        correction = excluded.correction, content_hash = excluded.content_hash, activated_at = excluded.activated_at,
        deprecated_at = excluded.deprecated_at, planned_sunset_at = excluded.planned_sunset_at, sunset_at = excluded.sunset_at,
        retired_at = excluded.retired_at
      """
  }

  private func upsert(_ approval: Approval, of version: VersionNumber) -> Statement {
    """
    INSERT INTO approval (metric_key, version, number, purpose, status, subject_hash, requested_by, requested_at, ticket,
      breaking_change, reason, advice, declared_against_advice, approvers_needed, correction, used_at)
    VALUES (\(after.key.text), \(version.number), \(approval.number), \(approval.purpose.rawValue), \(approval.status.rawValue),
      \(approval.subjectHash), \(approval.requestedBy), \(approval.requestedAt.timestamp), \(approval.ticket),
      \(approval.isBreaking), \(approval.reason), \(approval.advice), \(approval.isAgainstAdvice), \(approval.approversNeeded),
      \(approval.correction.map { StoredContent.text($0) } as JSONText?), \(approval.usedAt?.timestamp as TimestampMicroseconds?))
    ON CONFLICT (metric_key, version, number) DO UPDATE SET status = excluded.status, used_at = excluded.used_at
    """
  }

  private func insert(_ decision: Approval.Decision, _ approval: Int32, of version: VersionNumber) -> Statement {
    """
    INSERT INTO approval_decision (metric_key, version, number, principal, approved, reason, checklist, decided_at)
    VALUES (\(after.key.text), \(version.number), \(approval), \(decision.principal), \(decision.isApproved), \(decision.reason),
      \(StoredContent.text(decision.checklist)), \(decision.at.timestamp))
    """
  }

  private func insert(history version: VersionNumber) -> Statement {
    """
    INSERT INTO metric_current_history (metric_key, revision, version)
    VALUES (\(after.key.text), \(after.revision), \(version.number))
    """
  }
}
