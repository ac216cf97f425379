import LocalSystem

/// The workbooks that the demo works in.
struct DemoWorkbooks: Sendable {
  static let productOps = "ProductOps.xlsx"
  static let centralBacklog = "Central Backlog.xlsx"
  static let optimizationCenter = "Optimization Center.xlsx"
  static let mistakes = "Mistakes.xlsx"

  /// Each tab after those that it refers to: KPIs before contributions, initiatives before candidates, scenarios before constraints.
  static let inputTabs: [(workbook: String, tab: String)] = [
    (productOps, "Metrics_Config"), (centralBacklog, "Central Backlog"), (productOps, "KPI_Contributions"),
    (productOps, "MathModels"), (productOps, "Params"), (productOps, "Scoring_Inputs"), (optimizationCenter, "Candidates"),
    (optimizationCenter, "Scenario_Config"), (optimizationCenter, "Constraints"), (optimizationCenter, "Targets"),
  ]
  static let mistakenTabs = ["Metrics_Config", "Candidates", "Scenario_Config", "Constraints", "Targets"]

  /// From / on.
  let directory: String

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// What of these files is there already.
  func present(_ names: [String]) -> [String] {
    names.filter { Files.exists(path($0)) }
  }

  static let example = [productOps, centralBacklog, optimizationCenter]
}
