/// A portfolio problem, complete and in canonical order: whoever holds it needs nothing else to solve it.
///
/// Initiatives, KPIs and members of dimensions each have one spelling throughout.
public struct AssembledProblem: Equatable, Sendable {
  public struct Term: Equatable, Sendable {
    public var kpiKey: String
    /// weighted_kpis: above 0. Otherwise 1.
    public var weight: Double
    /// What the KPI's total is divided by; above 0.
    public var normalizer: Double
    public var tolerance: Double
  }

  /// What may be selected instead of the whole of an initiative, never beside it. (R35)
  public struct SmallerForm: Equatable, Sendable {
    public var tokens: Int
    /// In the order of the KPIs' normal keys.
    public var contributions: [KpiContribution]
  }

  public struct Candidate: Equatable, Sendable {
    public var key: String
    public var title: String
    /// What tokens and contributions are of.
    public var form: CandidateForm
    public var tokens: Int
    public var country: String
    public var department: String
    public var category: String
    public var programKey: String
    public var deadlineDate: String
    /// In the order of the KPIs' normal keys.
    public var contributions: [KpiContribution]
    /// Nil when there is no choice.
    public var mvp: SmallerForm?
    public var source: SourceCell
  }

  public struct Bound: Equatable, Sendable {
    public var dimension: PlanningDimension
    /// Empty for `all`.
    public var key: String
    public var side: BoundSide
    public var amount: Int
    public var source: SourceCell
  }

  /// A mandatory or an excluded initiative.
  public struct Mark: Equatable, Sendable {
    public var initiativeKey: String
    public var reason: String
    public var source: SourceCell
  }

  public struct Pair: Equatable, Sendable {
    public var one: String
    public var other: String
    public var source: SourceCell
  }

  public struct Bundle: Equatable, Sendable {
    public var key: String
    public var initiativeKeys: [String]
    public var source: SourceCell
  }

  public struct Prerequisite: Equatable, Sendable {
    public var initiativeKey: String
    public var requires: [String]
    public var source: SourceCell
  }

  public struct Synergy: Equatable, Sendable {
    public var initiativeKeys: [String]
    public var kpiKey: String
    public var bonus: Double
    public var source: SourceCell
  }

  public struct Target: Equatable, Sendable {
    public var kpiKey: String
    public var dimension: PlanningDimension
    public var key: String
    public var side: TargetSide
    public var value: Double
    public var baseline: Double
    public var source: SourceCell
  }

  public var scenarioName: String
  public var periodKey: String
  public var setName: String
  public var metricsRevision: Int
  public var capacity: Int
  public var objective: ObjectiveKind
  public var terms: [Term] = []
  public var kpis: [KpiDefinition] = []
  public var candidates: [Candidate] = []
  public var tokenBounds: [Bound] = []
  public var countBounds: [Bound] = []
  public var mandatory: [Mark] = []
  public var excluded: [Mark] = []
  public var pairs: [Pair] = []
  public var bundles: [Bundle] = []
  public var prerequisites: [Prerequisite] = []
  public var synergies: [Synergy] = []
  public var targets: [Target] = []
}
