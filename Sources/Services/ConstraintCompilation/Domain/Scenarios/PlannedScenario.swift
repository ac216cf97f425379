public enum ObjectiveKind: String, TypedWord {
  case northStar = "north_star"
  case weightedKpis = "weighted_kpis"
  case lexicographic

  static var aliases: [String: ObjectiveKind] { ["north_star_only": .northStar] }
}

/// A weight, or a level of a lexicographic objective.
public struct ScenarioWeight: Equatable, Sendable {
  /// `north_star`, `strategic_kpis`, or a KPI's key.
  public var key: String
  /// 1 for lexicographic levels.
  public var weight: Double
  /// The share of this level's best that may be given up for the next levels, 0 to 1.
  public var tolerance: Double

  public init(key: String, weight: Double = 1, tolerance: Double = 0) {
    self.key = key
    self.weight = weight
    self.tolerance = tolerance
  }

  static let northStar = "north_star"
  static let strategicKpis = "strategic_kpis"
}

/// Intent: a period, its capacity, and what is to be made the most of.
public struct PlannedScenario: Equatable, Sendable {
  public var name: String
  public var period: PeriodKey
  /// Above 0.
  public var capacity: Int
  public var objective: ObjectiveKind
  /// In order for lexicographic, as typed otherwise; empty for north_star.
  public var weights: [ScenarioWeight]
  public var notes: String
  /// The weights as typed: JSON, or the plain form.
  public var weightsText: String
  /// Its row in Scenario_Config; 0 when it is not known.
  public var row: Int

  public init(
    name: String, period: PeriodKey, capacity: Int, objective: ObjectiveKind = .northStar, weights: [ScenarioWeight] = [],
    notes: String = "", weightsText: String = "", row: Int = 0
  ) {
    self.name = name
    self.period = period
    self.capacity = capacity
    self.objective = objective
    self.weights = weights
    self.notes = notes
    self.weightsText = weightsText
    self.row = row
  }

  /// Equal in all that has a meaning: not in the number of the row, nor in how the same weights are written.
  func isSame(as other: PlannedScenario) -> Bool {
    var alike = other
    alike.row = row
    alike.weightsText = weightsText
    return self == alike
  }
}
