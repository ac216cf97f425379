/// Which cell each rule of a compiled set came from: the set's rows, read again.
public struct RuleSources: Sendable {
  private var cells: [RuleIdentity: SourceCell] = [:]

  /// - Parameters: the rows that the set was compiled from; rows that are no rules are passed over.
  public init(constraints: [ConstraintEntry], targets: [TargetEntry]) {
    for entry in constraints {
      if let rule = ConstraintReader.read(entry).rule { add(rule, row: entry.row) }
    }
    for entry in targets {
      if let rule = TargetReader.read(entry).rule { add(rule, tab: .targets, row: entry.row) }
    }
  }

  init() {}

  mutating func add(_ rule: ConstraintRule, tab: PlanningTab = .constraints, row: Int) {
    let cell = SourceCell(tab, row: row, column: Self.column(of: rule, tab: tab))
    if case .prerequisite(let key, let requires) = rule {
      for needed in requires { add(.need(key, of: needed), cell) }
    } else {
      add(RuleIdentity(rule), cell)
    }
  }

  /// Two rows may name one need; the first is told.
  private mutating func add(_ identity: RuleIdentity, _ cell: SourceCell) {
    cells[identity] = cells[identity].map { min($0, cell) } ?? cell
  }

  func cell(_ identity: RuleIdentity, tab: PlanningTab = .constraints) -> SourceCell { cells[identity] ?? SourceCell(tab, row: 0) }

  static func column(of rule: ConstraintRule, tab: PlanningTab) -> String {
    switch rule {
    case .tokens(_, .atLeast, _): "min_tokens"
    case .tokens(_, .atMost, _): "max_tokens"
    case .count(_, .atLeast, _): "min_count"
    case .count(_, .atMost, _): "max_count"
    case .target: "target_value"
    case .mandatory, .excludeInitiative, .excludeBundle, .excludePair, .bundle, .prerequisite, .synergy: "key"
    }
  }
}
