/// A row of a tab with a field for each column that is saved.
public protocol TypedRow: Sendable {
  static var tab: TabName { get }
  init(_ row: ReadRow)
}

/// A row of Metrics_Config; enumerations as the person spelt them.
public struct MetricsConfigRow: TypedRow, Hashable {
  public static var tab: TabName { .metricsConfig }
  public let number: Int
  public let kpiKey: String
  public let kpiName: String
  public let kpiLevel: String
  public let unit: String
  public let direction: String
  public let isActive: Bool
  public let metricKey: String
  public let metricVersion: String
  public let description: String
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    kpiKey = row.text("kpi_key")
    kpiName = row.text("kpi_name")
    kpiLevel = row.text("kpi_level")
    unit = row.text("unit")
    direction = row.text("direction")
    isActive = row.boolean("is_active", default: true)
    metricKey = row.text("metric_key")
    metricVersion = row.text("metric_version")
    description = row.text("description")
    notes = row.text("notes")
  }
}

/// A pair of KPI_Contributions.
public struct KPIContributionRow: TypedRow, Hashable {
  public static var tab: TabName { .kpiContributions }
  public let number: Int
  public let initiativeKey: String
  public let kpiKey: String
  public let contribution: Double
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    initiativeKey = row.text("initiative_key")
    kpiKey = row.text("kpi_key")
    contribution = row.number("contribution") ?? 0
    notes = row.text("notes")
  }
}

/// A row of Central Backlog.
public struct BacklogRow: TypedRow, Hashable {
  public static var tab: TabName { .centralBacklog }
  public let number: Int
  public let initiativeKey: String
  public let title: String
  public let country: String
  public let department: String
  public let category: String
  public let programKey: String
  public let lifecycleStatus: String
  public let isOptimizationCandidate: Bool
  public let candidatePeriodKey: String
  public let immediateKPIKey: String
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    initiativeKey = row.text("initiative_key")
    title = row.text("title")
    country = row.text("country")
    department = row.text("department")
    category = row.text("category")
    programKey = row.text("program_key")
    lifecycleStatus = row.text("lifecycle_status")
    isOptimizationCandidate = row.boolean("is_optimization_candidate", default: true)
    candidatePeriodKey = row.text("candidate_period_key")
    immediateKPIKey = row.text("immediate_kpi_key")
    notes = row.text("notes")
  }
}

/// A row of Candidates.
public struct CandidatePlanRow: TypedRow, Hashable {
  public static var tab: TabName { .candidates }
  public let number: Int
  public let initiativeKey: String
  public let engineeringTokens: Int64?
  /// As the person spelt it.
  public let scopeMode: String
  public let engineeringTokensMVP: Int64?
  public let mvpContributionShare: Double?
  /// ISO; empty when blank.
  public let deadlineDate: String
  public let isMandatory: Bool
  public let mandateReason: String
  public let bundleKey: String
  public let prerequisiteKeys: [String]
  public let exclusionKeys: [String]
  public let synergyGroupKeys: [String]
  /// Read when a run starts; not saved.
  public let isSelectedForRun: Bool
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    initiativeKey = row.text("initiative_key")
    engineeringTokens = row.integer("engineering_tokens")
    scopeMode = row.text("scope_mode")
    engineeringTokensMVP = row.integer("engineering_tokens_mvp")
    mvpContributionShare = row.number("mvp_contribution_share")
    deadlineDate = row.date("deadline_date")
    isMandatory = row.boolean("is_mandatory", default: false)
    mandateReason = row.text("mandate_reason")
    bundleKey = row.text("bundle_key")
    prerequisiteKeys = row.keys("prerequisite_keys")
    exclusionKeys = row.keys("exclusion_keys")
    synergyGroupKeys = row.keys("synergy_group_keys")
    isSelectedForRun = row.boolean("is_selected_for_run", default: false)
    notes = row.text("notes")
  }
}

/// A row of Scenario_Config.
public struct ScenarioConfigRow: TypedRow, Hashable {
  public static var tab: TabName { .scenarioConfig }
  public let number: Int
  public let scenarioName: String
  public let periodKey: String
  public let capacityTotalTokens: Int64?
  public let objectiveMode: String
  /// As typed.
  public let objectiveWeights: String
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    scenarioName = row.text("scenario_name")
    periodKey = row.text("period_key")
    capacityTotalTokens = row.integer("capacity_total_tokens")
    objectiveMode = row.text("objective_mode")
    objectiveWeights = row.text("objective_weights_json")
    notes = row.text("notes")
  }
}

/// A row of Constraints.
public struct ConstraintRuleRow: TypedRow, Hashable {
  public static var tab: TabName { .constraints }
  public let number: Int
  public let scenarioName: String
  public let constraintSetName: String
  public let constraintType: String
  public let dimension: String
  /// With the related keys, as the person could have typed it whole: `A<-B, C`.
  public let key: String
  public let minTokens: Int64?
  public let maxTokens: Int64?
  public let minCount: Int64?
  public let maxCount: Int64?
  public let targetKPIKey: String
  public let targetValue: Double?
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    scenarioName = row.text("scenario_name")
    constraintSetName = row.text("constraint_set_name")
    constraintType = row.text("constraint_type")
    dimension = row.text("dimension")
    key = Self.key(row.text("key"), with: row.keys("related_keys"), type: constraintType)
    minTokens = row.integer("min_tokens")
    maxTokens = row.integer("max_tokens")
    minCount = row.integer("min_count")
    maxCount = row.integer("max_count")
    targetKPIKey = row.text("target_kpi_key")
    targetValue = row.number("target_value")
    notes = row.text("notes")
  }

  private static func key(_ key: String, with related: [String], type: String) -> String {
    guard !related.isEmpty else { return key }
    switch HeaderText.normalized(type) {
    case "exclude_pair": return ([key] + related).joined(separator: "<>")
    case "synergy_bonus": return ([key] + related).joined(separator: "+")
    case "bundle_all_or_nothing", "bundle":
      return key + (key.contains(":") ? ", " : ": ") + related.joined(separator: ", ")
    // Of the others only require_prereq relates to anything; the compiler says so of the rest.
    default: return key + (key.contains("<-") ? ", " : "<-") + related.joined(separator: ", ")
    }
  }
}

/// A row of Targets.
public struct TargetRuleRow: TypedRow, Hashable {
  public static var tab: TabName { .targets }
  public let number: Int
  public let scenarioName: String
  public let constraintSetName: String
  public let country: String
  public let kpiKey: String
  public let targetValue: Double?
  public let floorOrGoal: String
  public let baselineValue: Double?
  public let notes: String

  public init(_ row: ReadRow) {
    number = row.number
    scenarioName = row.text("scenario_name")
    constraintSetName = row.text("constraint_set_name")
    country = row.text("country")
    kpiKey = row.text("kpi_key")
    targetValue = row.number("target_value")
    floorOrGoal = row.text("floor_or_goal")
    baselineValue = row.number("baseline_value")
    notes = row.text("notes")
  }
}
