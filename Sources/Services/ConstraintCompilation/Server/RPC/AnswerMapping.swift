import ConstraintCompilationDomain
import Messages
import Postgres

extension RowMessage {
  init(_ finding: Finding) {
    self.init(
      rowNumber: UInt32(clamping: finding.cell.row), key: finding.key, column: finding.cell.column,
      severity: Severity(finding.severity),
      code: finding.code, message: finding.message)
  }
}

extension Severity {
  init(_ severity: FindingSeverity) {
    switch severity {
    case .info: self = .info
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}

extension SaveCounts {
  init(_ tally: SaveTally) {
    self.init(
      rows: UInt32(clamping: tally.rows), upserts: UInt32(clamping: tally.upserts), unchanged: UInt32(clamping: tally.unchanged),
      removed: UInt32(clamping: tally.removed), skipped: UInt32(clamping: tally.skipped),
      warnings: UInt32(clamping: tally.warnings),
      failures: UInt32(clamping: tally.failures))
  }
}

extension SaveRowsResponse {
  init(_ findings: [Finding], _ tally: SaveTally) {
    self.init(messages: RowMessage.list(findings), counts: SaveCounts(tally))
  }
}

extension CellSource {
  init(_ cell: SourceCell) {
    self.init(tab: cell.tab.rawValue, rowNumber: UInt32(clamping: cell.row), column: cell.column)
  }
}

extension Initiative {
  init(_ initiative: PlannedInitiative, chain: ConstraintCompilationDomain.MetricChain?) {
    let (backlog, candidate) = (initiative.backlog, initiative.candidate)
    self.init(
      initiativeKey: initiative.key, title: backlog.title, country: backlog.country, department: backlog.department,
      category: backlog.category, programKey: backlog.programKey, lifecycleStatus: backlog.lifecycleStatus,
      isOptimizationCandidate: backlog.isOptimizationCandidate, candidatePeriodKey: backlog.candidatePeriodKey,
      immediateKpiKey: backlog.immediateKpiKey, engineeringTokens: candidate.tokens.map { OptionalInt64(value: Int64($0)) },
      deadlineDate: candidate.deadlineDate, isMandatory: candidate.isMandatory, mandateReason: candidate.mandateReason,
      bundleKey: candidate.bundleKey, prerequisiteKeys: candidate.prerequisiteKeys, exclusionKeys: candidate.exclusionKeys,
      synergyGroupKeys: candidate.synergyGroupKeys,
      contributions: initiative.contributions.map { Contribution($0) },
      metricChain: chain.map { chain in
        Messages.MetricChain(nodes: chain.nodes, edges: chain.edges.map { MetricChainEdge(from: $0.from, to: $0.to) })
      },
      scopeMode: candidate.scopeMode, engineeringTokensMvp: candidate.tokensMvp.map { OptionalInt64(value: Int64($0)) },
      mvpContributionShare: candidate.mvpShare.map { OptionalDouble(value: $0) })
  }
}

extension Contribution {
  init(_ contribution: KpiContribution) {
    self.init(kpiKey: contribution.kpiKey, value: contribution.value)
  }
}

extension Scenario {
  init(_ scenario: PlannedScenario, setNames: [String]) {
    self.init(
      scenarioName: scenario.name, periodKey: scenario.period.text, capacityTotalTokens: Int64(scenario.capacity),
      objectiveMode: ObjectiveMode(scenario.objective),
      objectiveWeights: scenario.weights.map { ObjectiveWeight(key: $0.key, weight: $0.weight, tolerance: $0.tolerance) },
      notes: scenario.notes, constraintSetNames: setNames)
  }
}

extension ObjectiveMode {
  init(_ kind: ObjectiveKind) {
    switch kind {
    case .northStar: self = .northStar
    case .weightedKpis: self = .weightedKpis
    case .lexicographic: self = .lexicographic
    }
  }
}

extension ConstraintSetRevision {
  init(_ stored: RevisionByName.Stored) {
    self.init(
      scenarioName: stored.scenarioName, constraintSetName: stored.setName, revision: stored.revision, compiled: stored.compiled,
      createdAtUs: stored.createdAt.sinceEpoch, createdBy: stored.createdBy)
  }
}
