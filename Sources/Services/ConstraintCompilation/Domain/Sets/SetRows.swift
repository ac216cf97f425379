/// A constraint set's identity: its scenario's name and its own, however they are spelt.
public struct SetKey: Hashable, Comparable, Sendable {
  public let scenario: NormalKey
  public let set: NormalKey

  public init(scenarioName: String, setName: String) {
    scenario = NormalKey(scenarioName)
    set = NormalKey(setName)
  }

  public static func < (one: SetKey, other: SetKey) -> Bool { (one.scenario, one.set) < (other.scenario, other.set) }
}

/// The tabs that a set's rows come from.
public enum SetTab: Sendable {
  case constraints, targets

  var planningTab: PlanningTab { self == .constraints ? .constraints : .targets }
  var other: SetTab { self == .constraints ? .targets : .constraints }
}

/// A row of either tab.
public enum SetEntry: Equatable, Sendable {
  case constraint(ConstraintEntry)
  case target(TargetEntry)

  public var row: Int {
    get {
      switch self {
      case .constraint(let entry): entry.row
      case .target(let entry): entry.row
      }
    }
    set {
      switch self {
      case .constraint(var entry):
        entry.row = newValue
        self = .constraint(entry)
      case .target(var entry):
        entry.row = newValue
        self = .target(entry)
      }
    }
  }

  var key: String {
    switch self {
    case .constraint(let entry): trimmed(entry.key)
    case .target(let entry): trimmed(entry.kpiKey)
    }
  }

  var identity: RowIdentity {
    switch self {
    case .constraint(let entry): entry.identity
    case .target(let entry): entry.identity
    }
  }

  /// Equal in all but the number.
  func isSame(as other: SetEntry) -> Bool {
    var moved = other
    moved.row = row
    return self == moved
  }
}

/// All rows of a set.
public struct SetRows: Equatable, Sendable {
  public var constraints: [ConstraintEntry]
  public var targets: [TargetEntry]

  public init(constraints: [ConstraintEntry] = [], targets: [TargetEntry] = []) {
    self.constraints = constraints
    self.targets = targets
  }

  public var isEmpty: Bool { constraints.isEmpty && targets.isEmpty }

  func entries(_ tab: SetTab) -> [SetEntry] {
    tab == .constraints ? constraints.map { .constraint($0) } : targets.map { .target($0) }
  }

  /// The rows with those of one tab replaced.
  func replacing(_ tab: SetTab, with entries: [SetEntry]) -> SetRows {
    var rows = self
    if tab == .constraints {
      rows.constraints = entries.compactMap { if case .constraint(let entry) = $0 { entry } else { nil } }
    } else {
      rows.targets = entries.compactMap { if case .target(let entry) = $0 { entry } else { nil } }
    }
    return rows
  }
}
