import ConstraintCompilationDomain
import Postgres
import Wire

/// All initiatives without their contributions, in the order of their keys.
struct AllInitiatives: Query {
  /// In normal form; nil for all.
  var keys: [String]?
  /// Only those whose plans were saved, from Candidates.
  var isSavedFromCandidates = false

  private static var columns: Statement {
    """
    spelling, title, country, department, category, program_key, lifecycle_status, is_optimization_candidate, candidate_period_key,
      immediate_kpi_key, backlog_notes, backlog_row, engineering_tokens, deadline_date, is_mandatory, mandate_reason, bundle_key,
      prerequisite_keys, exclusion_keys, synergy_group_keys, candidate_notes, candidate_row, scope_mode, engineering_tokens_mvp,
      mvp_contribution_share
    """
  }

  var statement: Statement {
    guard let keys else {
      let condition: Statement = isSavedFromCandidates ? "WHERE candidate_row > 0" : ""
      return "SELECT \(Self.columns) FROM initiative \(condition) ORDER BY initiative_key COLLATE \"C\""
    }
    return "SELECT \(Self.columns) FROM initiative WHERE initiative_key = ANY(\(keys)) ORDER BY initiative_key COLLATE \"C\""
  }

  static func decode(_ row: Row) throws -> PlannedInitiative {
    let backlog = BacklogFields(
      title: try row.decode(1), country: try row.decode(2), department: try row.decode(3), category: try row.decode(4),
      programKey: try row.decode(5), lifecycleStatus: try row.decode(6), isOptimizationCandidate: try row.decode(7),
      candidatePeriodKey: try row.decode(8), immediateKpiKey: try row.decode(9), notes: try row.decode(10))
    let candidate = CandidateFields(
      tokens: try row.decode(12, as: Int?.self), deadlineDate: try row.decode(13), isMandatory: try row.decode(14),
      mandateReason: try row.decode(15), bundleKey: try row.decode(16), prerequisiteKeys: try row.decode(17),
      exclusionKeys: try row.decode(18), synergyGroupKeys: try row.decode(19), scopeMode: try row.decode(22),
      tokensMvp: try row.decode(23, as: Int?.self), mvpShare: try row.decode(24, as: Double?.self), notes: try row.decode(20))
    return PlannedInitiative(
      key: try row.decode(0), backlog: backlog, backlogRow: try row.decode(11), candidate: candidate,
      candidateRow: try row.decode(21))
  }
}

/// All contributions, in the order of initiatives and KPIs.
struct AllContributions: Query {
  /// Of these initiatives, in normal form; nil for all.
  var keys: [String]?

  struct Line: Sendable {
    var initiativeKey: String
    var contribution: KpiContribution
  }

  private static var order: Statement { "ORDER BY initiative_key COLLATE \"C\", kpi_key COLLATE \"C\"" }

  var statement: Statement {
    guard let keys else { return "SELECT initiative_key, kpi_spelling, value, notes, row_number FROM contribution \(Self.order)" }
    return
      "SELECT initiative_key, kpi_spelling, value, notes, row_number FROM contribution WHERE initiative_key = ANY(\(keys)) \(Self.order)"
  }

  static func decode(_ row: Row) throws -> Line {
    Line(
      initiativeKey: try row.decode(0),
      contribution: KpiContribution(
        kpiKey: try row.decode(1), value: try row.decode(2), notes: try row.decode(3), row: try row.decode(4)))
  }

  static func joined(_ initiatives: [PlannedInitiative], _ lines: [Line]) -> [PlannedInitiative] {
    let contributions = Dictionary(grouping: lines, by: \.initiativeKey)
    return initiatives.map { initiative in
      var joined = initiative
      joined.contributions = contributions[NormalKey(initiative.key).text]?.map(\.contribution) ?? []
      return joined
    }
  }
}

extension [InitiativeSave.Stored] {
  /// Inserts new initiatives and changes what Central Backlog says of the others.
  func upsert(by actor: String) -> Statement {
    """
    INSERT INTO initiative AS stored (initiative_key, spelling, title, country, department, category, program_key, lifecycle_status,
      is_optimization_candidate, candidate_period_key, immediate_kpi_key, backlog_notes, backlog_row, backlog_updated_by)
    SELECT *, \(actor) FROM unnest(\(map { NormalKey($0.key).text }), \(map(\.key)), \(map(\.fields.title)), \(map(\.fields.country)),
      \(map(\.fields.department)), \(map(\.fields.category)), \(map(\.fields.programKey)), \(map(\.fields.lifecycleStatus)),
      \(map(\.fields.isOptimizationCandidate)), \(map(\.fields.candidatePeriodKey)), \(map(\.fields.immediateKpiKey)),
      \(map(\.fields.notes)), \(map(\.row)))
    \(Self.onConflict)
    """
  }

  private static var onConflict: Statement {
    RowReplacement(
      key: ["initiative_key"],
      content: [
        "spelling", "title", "country", "department", "category", "program_key", "lifecycle_status", "is_optimization_candidate",
        "candidate_period_key", "immediate_kpi_key", "backlog_notes",
      ], beside: ["backlog_row"], author: "backlog_updated_by", moment: "backlog_updated_at"
    ).statement
  }
}

extension [CandidateSave.Stored] {
  /// Changes what Candidates says of initiatives that exist.
  func update(by actor: String) -> Statement {
    """
    UPDATE initiative SET engineering_tokens = NULLIF(row.tokens, -1), deadline_date = row.deadline, is_mandatory = row.mandatory,
      mandate_reason = row.reason, bundle_key = row.bundle,
      prerequisite_keys = ARRAY(SELECT jsonb_array_elements_text(row.prerequisites)),
      exclusion_keys = ARRAY(SELECT jsonb_array_elements_text(row.exclusions)),
      synergy_group_keys = ARRAY(SELECT jsonb_array_elements_text(row.groups)), candidate_notes = row.notes,
      scope_mode = row.scope, engineering_tokens_mvp = NULLIF(row.smaller, -1), mvp_contribution_share = NULLIF(row.share, -1),
      candidate_row = row.number,
      candidate_updated_by = CASE WHEN row.changed THEN \(actor) ELSE candidate_updated_by END,
      candidate_updated_at = CASE WHEN row.changed THEN now() ELSE candidate_updated_at END
    FROM unnest(\(map { NormalKey($0.key).text }), \(map { $0.fields.tokens ?? -1 }), \(map(\.fields.deadlineDate)),
      \(map(\.fields.isMandatory)), \(map(\.fields.mandateReason)), \(map(\.fields.bundleKey)),
      \(map { Self.json($0.fields.prerequisiteKeys) }), \(map { Self.json($0.fields.exclusionKeys) }),
      \(map { Self.json($0.fields.synergyGroupKeys) }), \(map(\.fields.scopeMode)), \(map { $0.fields.tokensMvp ?? -1 }),
      \(map { $0.fields.mvpShare ?? -1 }), \(map(\.fields.notes)), \(map(\.row)), \(map(\.isChanged))
    ) AS row (key, tokens, deadline, mandatory, reason, bundle, prerequisites, exclusions, groups, scope, smaller, share, notes, number,
      changed)
    WHERE initiative_key = row.key
    """
  }

  private static func json(_ keys: [String]) -> JSONText { JSONText(JSONValue.array(keys.map { .string($0) }).text()) }
}

extension ContributionSave {
  /// Makes the contributions of the initiatives that change what they are afterwards.
  func replacement(by actor: String, metricsRevision: Int) -> [Statement] {
    let removed = stored.flatMap { entry in entry.removedKpis.map { (key: NormalKey(entry.initiativeKey).text, kpi: $0.text) } }
    let lines = stored.flatMap { entry in entry.contributions.map { (key: NormalKey(entry.initiativeKey).text, contribution: $0) } }
    return [
      """
      DELETE FROM contribution AS stored USING unnest(\(removed.map(\.key)), \(removed.map(\.kpi))) AS gone (initiative_key, kpi_key)
      WHERE stored.initiative_key = gone.initiative_key AND stored.kpi_key = gone.kpi_key
      """,
      """
      INSERT INTO contribution AS stored (initiative_key, kpi_key, kpi_spelling, value, notes, row_number, metrics_config_revision,
        updated_by)
      SELECT *, \(metricsRevision), \(actor) FROM unnest(\(lines.map(\.key)), \(lines.map { NormalKey($0.contribution.kpiKey).text }),
        \(lines.map(\.contribution.kpiKey)), \(lines.map(\.contribution.value)), \(lines.map(\.contribution.notes)),
        \(lines.map(\.contribution.row)))
      \(Self.onConflict)
      """,
    ]
  }

  private static var onConflict: Statement {
    RowReplacement(
      key: ["initiative_key", "kpi_key"], content: ["kpi_spelling", "value", "notes"],
      beside: ["row_number", "metrics_config_revision"]
    ).statement
  }
}
