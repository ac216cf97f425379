/// What a KPI is to the organization.
public enum KpiLevel: String, CaseIterable, Sendable {
  /// The one number that everything serves; exactly one is active.
  case northStar = "north_star"
  case strategic
  case supporting
}

/// Which way is good.
public enum KpiDirection: String, CaseIterable, Sendable {
  case higherIsBetter = "higher_is_better"
  case lowerIsBetter = "lower_is_better"
}

/// A KPI of the organization.
public struct Kpi: Equatable, Sendable {
  public var key: KpiKey
  public var name: String
  public var level: KpiLevel
  /// Free text, for example "EUR" or "orders per week".
  public var unit: String
  public var direction: KpiDirection
  public var isActive: Bool
  /// The governed metric that measures it; empty when there is none.
  public var metricKey: String
  /// The version of that metric, as "v1": a KPI never moves to another by itself (requirement R59).
  public var metricVersion: String
  public var description: String
  public var notes: String

  public init(
    key: KpiKey, name: String, level: KpiLevel, unit: String = "", direction: KpiDirection = .higherIsBetter, isActive: Bool = true,
    metricKey: String = "", metricVersion: String = "", description: String = "", notes: String = ""
  ) {
    self.key = key
    self.name = name
    self.level = level
    self.unit = unit
    self.direction = direction
    self.isActive = isActive
    self.metricKey = metricKey
    self.metricVersion = metricVersion
    self.description = description
    self.notes = notes
  }

  var isActiveNorthStar: Bool { level == .northStar && isActive }

  /// Equal in everything that is kept, the key's spelling as well.
  func isStored(as stored: Kpi) -> Bool {
    self == stored && key.spelling == stored.key.spelling
  }
}

/// A row of Metrics_Config as a person typed it.
public struct TypedKpiRow: Equatable, Sendable {
  /// The row's 1-based number in its tab.
  public var number: Int
  public var key: String
  public var name: String
  public var level: String
  public var unit: String
  public var direction: String
  public var isActive: Bool
  public var metricKey: String
  public var metricVersion: String
  public var description: String
  public var notes: String

  public init(
    number: Int, key: String, name: String = "", level: String = "", unit: String = "", direction: String = "",
    isActive: Bool = true,
    metricKey: String = "", metricVersion: String = "", description: String = "", notes: String = ""
  ) {
    self.number = number
    self.key = key
    self.name = name
    self.level = level
    self.unit = unit
    self.direction = direction
    self.isActive = isActive
    self.metricKey = metricKey
    self.metricVersion = metricVersion
    self.description = description
    self.notes = notes
  }
}
