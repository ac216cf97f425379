/// The workbooks that people plan in.
public enum WorkbookKind: String, CaseIterable, Hashable, Sendable {
  /// The KPI universe, and what each initiative brings to it.
  case productOps = "ProductOps"
  /// The list of initiatives.
  case centralBacklog = "Central Backlog"
  /// Scenarios, constraints, candidates, and the answers.
  case optimizationCenter = "Optimization Center"

  /// What people call it.
  public var title: String { rawValue }

  /// The name that its .xlsx file is given when Lodestar makes it.
  public var fileName: String { rawValue + ".xlsx" }
}
