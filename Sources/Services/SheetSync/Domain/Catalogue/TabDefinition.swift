/// The tabs that Lodestar knows, by their canonical names.
public enum TabName: String, CaseIterable, Hashable, Sendable {
  case metricsConfig = "Metrics_Config"
  case kpiContributions = "KPI_Contributions"
  case mathModels = "MathModels"
  case params = "Params"
  case scoringInputs = "Scoring_Inputs"
  case centralBacklog = "Central Backlog"
  case candidates = "Candidates"
  case scenarioConfig = "Scenario_Config"
  case constraints = "Constraints"
  case targets = "Targets"
  case runs = "Runs"
  case results = "Results"
  case gapsAlerts = "Gaps_Alerts"
}

/// A tab: where it lives, what it is called, and its columns.
public struct TabDefinition: Hashable, Sendable {
  public var name: TabName
  /// Other names that mean the same tab.
  public var aliases: [String]
  public var workbook: WorkbookKind
  /// The columns that together name a row. Two rows with the same key contradict each other.
  public var keyColumns: [String]
  /// What updated_source says when Lodestar has saved or written a row, such as `opt_center.candidates.save`.
  public var sourceToken: String
  /// Columns that a save reads beside what people type, because the row's fields are about them: the run of a row of Results.
  public var contextColumns: [String]
  /// In the order that a new workbook has them.
  public var columns: [ColumnDefinition]
  /// A sentence for people.
  public var purpose: String

  init(
    _ name: TabName, aliases: [String] = [], in workbook: WorkbookKind, keyColumns: [String], contextColumns: [String] = [],
    sourceToken: String, purpose: String, columns: [ColumnDefinition]
  ) {
    self.name = name
    self.aliases = aliases
    self.workbook = workbook
    self.keyColumns = keyColumns
    self.contextColumns = contextColumns
    self.sourceToken = sourceToken
    self.purpose = purpose
    self.columns = columns + Self.systemColumns
  }

  /// What every tab ends with.
  static let systemColumns: [ColumnDefinition] = [
    .system("run_status", .text, aliases: ["status"], "What Lodestar answered about this row. Written by Lodestar."),
    .system("updated_source", .text, "What wrote the status last. Written by Lodestar."),
    .system("updated_at", .timestamp, "When the status was written, UTC. Written by Lodestar."),
  ]

  /// The names of the columns that every tab ends with.
  public static var systemColumnNames: [String] { systemColumns.map(\.name) }

  /// The canonical name.
  public var title: String { name.rawValue }

  public func column(_ name: String) -> ColumnDefinition? {
    columns.first { $0.name == name }
  }

  /// What updated_source says when people's columns of an output tab were saved, which Lodestar writes with another token.
  public var saveToken: String {
    sourceToken.hasSuffix(".write") ? sourceToken.dropLast(6) + ".save" : sourceToken
  }

  /// The columns that a save reads: what people type, what names the row, and what its fields are about.
  public var readColumns: [ColumnDefinition] {
    columns.filter { $0.kind == .editable || keyColumns.contains($0.name) || contextColumns.contains($0.name) }
  }

  /// Whether people type into it, so that pm.save_selected saves it.
  public var isSaved: Bool { columns.contains { $0.kind == .editable } }

  /// Whether Lodestar fills it and people only add their notes: its rows are named by derived columns.
  public var isOutput: Bool { keyColumns.contains { column($0)?.kind != .editable } }

  /// The columns that a save may store, in order: the allowlist.
  public var editableColumns: [ColumnDefinition] {
    columns.filter { $0.kind == .editable }
  }
}
