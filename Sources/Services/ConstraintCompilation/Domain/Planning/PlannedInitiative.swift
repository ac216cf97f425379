/// What Central Backlog says about an initiative.
public struct BacklogFields: Equatable, Sendable {
  public var title: String
  public var country: String
  public var department: String
  public var category: String
  public var programKey: String
  public var lifecycleStatus: String
  public var isOptimizationCandidate: Bool
  /// Canonical (`2026-Q1`); empty when the initiative suits any period.
  public var candidatePeriodKey: String
  public var immediateKpiKey: String
  public var notes: String

  public init(
    title: String = "", country: String = "", department: String = "", category: String = "", programKey: String = "",
    lifecycleStatus: String = "", isOptimizationCandidate: Bool = true, candidatePeriodKey: String = "",
    immediateKpiKey: String = "",
    notes: String = ""
  ) {
    self.title = title
    self.country = country
    self.department = department
    self.category = category
    self.programKey = programKey
    self.lifecycleStatus = lifecycleStatus
    self.isOptimizationCandidate = isOptimizationCandidate
    self.candidatePeriodKey = candidatePeriodKey
    self.immediateKpiKey = immediateKpiKey
    self.notes = notes
  }
}

/// What Candidates says about an initiative.
public struct CandidateFields: Equatable, Sendable {
  /// Nil while nobody has typed them: the initiative cannot be selected whole until then.
  public var tokens: Int?
  /// ISO date; empty when there is none.
  public var deadlineDate: String
  public var isMandatory: Bool
  public var mandateReason: String
  public var bundleKey: String
  public var prerequisiteKeys: [String]
  public var exclusionKeys: [String]
  public var synergyGroupKeys: [String]
  /// `full`, `mvp` or `either`; empty for full.
  public var scopeMode: String
  /// The tokens of its smaller form; nil while nobody has typed them.
  public var tokensMvp: Int?
  /// How much of its contributions the smaller form brings, 0 to 1; nil for the share of its tokens.
  public var mvpShare: Double?
  public var notes: String

  public init(
    tokens: Int? = nil, deadlineDate: String = "", isMandatory: Bool = false, mandateReason: String = "", bundleKey: String = "",
    prerequisiteKeys: [String] = [], exclusionKeys: [String] = [], synergyGroupKeys: [String] = [], scopeMode: String = "",
    tokensMvp: Int? = nil, mvpShare: Double? = nil, notes: String = ""
  ) {
    self.tokens = tokens
    self.deadlineDate = deadlineDate
    self.isMandatory = isMandatory
    self.mandateReason = mandateReason
    self.bundleKey = bundleKey
    self.prerequisiteKeys = prerequisiteKeys
    self.exclusionKeys = exclusionKeys
    self.synergyGroupKeys = synergyGroupKeys
    self.scopeMode = scopeMode
    self.tokensMvp = tokensMvp
    self.mvpShare = mvpShare
    self.notes = notes
  }
}

/// How much an initiative, when done, adds to a KPI.
public struct KpiContribution: Equatable, Sendable {
  public var kpiKey: String
  public var value: Double
  public var notes: String
  /// Its row in KPI_Contributions; 0 when it is not known.
  public var row: Int

  public init(kpiKey: String, value: Double, notes: String = "", row: Int = 0) {
    self.kpiKey = kpiKey
    self.value = value
    self.notes = notes
    self.row = row
  }

  /// Equal in all but the number of the row.
  func isSame(as other: KpiContribution) -> Bool { kpiKey == other.kpiKey && value == other.value && notes == other.notes }
}

/// An initiative with all that is known for planning it.
public struct PlannedInitiative: Equatable, Sendable {
  /// As spelt in Central Backlog.
  public var key: String
  public var backlog: BacklogFields
  /// Its row in Central Backlog.
  public var backlogRow: Int
  public var candidate: CandidateFields
  /// Its row in Candidates; 0 when it was never saved from there.
  public var candidateRow: Int
  /// In the order of the KPIs' normal keys.
  public var contributions: [KpiContribution]

  public init(
    key: String, backlog: BacklogFields = BacklogFields(), backlogRow: Int = 0, candidate: CandidateFields = CandidateFields(),
    candidateRow: Int = 0, contributions: [KpiContribution] = []
  ) {
    self.key = key
    self.backlog = backlog
    self.backlogRow = backlogRow
    self.candidate = candidate
    self.candidateRow = candidateRow
    self.contributions = contributions
  }

  func candidateCell(_ column: String) -> SourceCell { SourceCell(.candidates, row: candidateRow, column: column) }

  /// Eligible for a period: a candidate at all, and bound to no other period. (R36)
  func isEligible(in period: PeriodKey) -> Bool {
    backlog.isOptimizationCandidate
      && (backlog.candidatePeriodKey.isEmpty || NormalKey(backlog.candidatePeriodKey) == NormalKey(period.text))
  }
}
