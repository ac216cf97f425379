/// The columns of a constraint row that only some types use.
enum RuleColumn: String, CaseIterable {
  case minTokens = "min_tokens"
  case maxTokens = "max_tokens"
  case minCount = "min_count"
  case maxCount = "max_count"
  case targetKpiKey = "target_kpi_key"
  case targetValue = "target_value"
}

/// The words of the dimension column.
enum DimensionWord: String, TypedWord {
  case country, department, category, program, all, initiative, bundle
  case synergyGroup = "synergy_group"

  static var aliases: [String: DimensionWord] { ["market": .country, "portfolio": .all] }

  /// Nil for the words that name single things rather than a grouping.
  var grouping: PlanningDimension? { PlanningDimension(rawValue: rawValue) }
}

/// The types of constraint rows. Each says which columns it uses and which dimensions it goes with; all others are faults.
enum ConstraintKind: String, TypedWord {
  case capacityFloor = "capacity_floor"
  case capacityCap = "capacity_cap"
  case minSelected = "min_selected"
  case maxSelected = "max_selected"
  case mandatory
  case exclude
  case excludePair = "exclude_pair"
  case bundleAllOrNothing = "bundle_all_or_nothing"
  case requirePrereq = "require_prereq"
  case synergyBonus = "synergy_bonus"
  case target

  static var aliases: [String: ConstraintKind] {
    [
      "floor": .capacityFloor, "cap": .capacityCap, "exclusion": .exclude, "bundle": .bundleAllOrNothing,
      "prerequisite": .requirePrereq,
      "kpi_target": .target,
    ]
  }

  var columns: [RuleColumn] {
    switch self {
    case .capacityFloor: [.minTokens]
    case .capacityCap: [.maxTokens]
    case .minSelected: [.minCount]
    case .maxSelected: [.maxCount]
    case .synergyBonus, .target: [.targetKpiKey, .targetValue]
    case .mandatory, .exclude, .excludePair, .bundleAllOrNothing, .requirePrereq: []
    }
  }

  var dimensions: [DimensionWord] {
    switch self {
    case .capacityFloor, .capacityCap, .minSelected, .maxSelected, .target: [.country, .department, .category, .program, .all]
    case .mandatory, .excludePair, .requirePrereq: [.initiative]
    case .exclude: [.initiative, .bundle]
    case .bundleAllOrNothing: [.bundle]
    case .synergyBonus: [.initiative, .synergyGroup]
    }
  }
}
