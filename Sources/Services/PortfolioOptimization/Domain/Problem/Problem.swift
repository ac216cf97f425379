/// A portfolio problem, complete: candidates, rules and an objective. Mirrors `lodestar.optimizer.v1.PortfolioProblem`.
///
/// A rule may name an initiative that is not a candidate: such an initiative is one that is never selected.
public struct Problem: Sendable, Equatable {
  public var scenarioName: String
  public var periodKey: String
  public var constraintSetName: String
  public var capacityTokens: Int64
  public var objective: Objective
  public var kpis: [KPI]
  public var candidates: [Candidate]
  public var tokenBounds: [Bound]
  public var countBounds: [Bound]
  public var mandatory: [Decree]
  public var excluded: [Decree]
  public var excludedPairs: [ExcludedPair]
  public var bundles: [Bundle]
  public var prerequisites: [Prerequisite]
  public var synergies: [Synergy]
  public var targets: [Target]

  public init(
    scenarioName: String = "", periodKey: String = "", constraintSetName: String = "", capacityTokens: Int64,
    objective: Objective, kpis: [KPI], candidates: [Candidate], tokenBounds: [Bound] = [], countBounds: [Bound] = [],
    mandatory: [Decree] = [], excluded: [Decree] = [], excludedPairs: [ExcludedPair] = [], bundles: [Bundle] = [],
    prerequisites: [Prerequisite] = [], synergies: [Synergy] = [], targets: [Target] = []
  ) {
    self.scenarioName = scenarioName
    self.periodKey = periodKey
    self.constraintSetName = constraintSetName
    self.capacityTokens = capacityTokens
    self.objective = objective
    self.kpis = kpis
    self.candidates = candidates
    self.tokenBounds = tokenBounds
    self.countBounds = countBounds
    self.mandatory = mandatory
    self.excluded = excluded
    self.excludedPairs = excludedPairs
    self.bundles = bundles
    self.prerequisites = prerequisites
    self.synergies = synergies
    self.targets = targets
  }
}

/// The cell of a workbook that a rule came from.
public struct Cell: Sendable, Equatable, Hashable, CustomStringConvertible {
  public var tab: String
  /// From 1; 0 when unknown.
  public var row: Int
  /// Empty when the whole row is meant.
  public var column: String

  public init(tab: String, row: Int, column: String = "") {
    self.tab = tab
    self.row = row
    self.column = column
  }

  /// "Constraints row 7"; the column is named by the sentence that follows.
  public var description: String { row > 0 ? "\(tab) row \(row)" : tab }
}

extension Problem {
  public struct KPI: Sendable, Equatable {
    public var key: String
    public var name: String
    public var unit: String
    public var lowerIsBetter: Bool

    public init(key: String, name: String = "", unit: String = "", lowerIsBetter: Bool = false) {
      self.key = key
      self.name = name
      self.unit = unit
      self.lowerIsBetter = lowerIsBetter
    }
  }

  public struct Objective: Sendable, Equatable {
    public enum Mode: Sendable, Equatable {
      /// One term: that KPI's total.
      case northStar
      /// The sum of weight * total / normalizer; KPIs where lower is better count negative.
      case weightedKPIs
      /// The terms are levels, first things first: each is held within its tolerance while the next is improved.
      case lexicographic
    }

    public var mode: Mode
    public var terms: [Term]

    public init(mode: Mode, terms: [Term]) {
      self.mode = mode
      self.terms = terms
    }
  }

  public struct Term: Sendable, Equatable {
    public var kpiKey: String
    public var weight: Double
    public var normalizer: Double
    /// The share of this level's best that may be given up for the levels after it, 0 to 1.
    public var tolerance: Double

    public init(kpiKey: String, weight: Double = 1, normalizer: Double = 1, tolerance: Double = 0) {
      self.kpiKey = kpiKey
      self.weight = weight
      self.normalizer = normalizer
      self.tolerance = tolerance
    }
  }

  /// How much of an initiative is meant.
  public enum Form: Sendable, Equatable {
    case whole
    /// Its smaller form, which people call the mvp.
    case smaller
  }

  /// What may be selected instead of the whole, never beside it.
  public struct SmallerForm: Sendable, Equatable {
    public var tokens: Int64
    public var contributions: [Contribution]

    public init(tokens: Int64, contributions: [Contribution] = []) {
      self.tokens = tokens
      self.contributions = contributions
    }
  }

  public struct Candidate: Sendable, Equatable {
    public var key: String
    public var title: String
    /// What tokens and contributions are of.
    public var form: Form
    public var tokens: Int64
    public var country: String
    public var department: String
    public var category: String
    public var programKey: String
    /// ISO date; empty when there is none.
    public var deadline: String
    public var contributions: [Contribution]
    /// Nil when there is no choice of forms.
    public var smaller: SmallerForm?
    public var source: Cell?

    public init(
      key: String, title: String = "", form: Form = .whole, tokens: Int64, country: String = "", department: String = "",
      category: String = "", programKey: String = "", deadline: String = "", contributions: [Contribution] = [],
      smaller: SmallerForm? = nil, source: Cell? = nil
    ) {
      self.key = key
      self.title = title
      self.form = form
      self.tokens = tokens
      self.country = country
      self.department = department
      self.category = category
      self.programKey = programKey
      self.deadline = deadline
      self.contributions = contributions
      self.smaller = smaller
      self.source = source
    }

    /// The forms that it can be selected in, what its own numbers are of first.
    public var forms: [Form] { smaller == nil ? [form] : [form, .smaller] }

    /// The tokens of a form that the candidate has.
    public func tokens(in form: Form) -> Int64 { form == self.form ? tokens : smaller?.tokens ?? tokens }

    /// The contributions of a form that the candidate has.
    public func contributions(in form: Form) -> [Contribution] {
      form == self.form ? contributions : smaller?.contributions ?? contributions
    }

    /// The fewest tokens that it can be selected for.
    public var fewestTokens: Int64 { min(tokens, smaller?.tokens ?? tokens) }
  }

  public struct Contribution: Sendable, Equatable {
    public var kpiKey: String
    public var value: Double

    public init(kpiKey: String, value: Double) {
      self.kpiKey = kpiKey
      self.value = value
    }
  }
}
