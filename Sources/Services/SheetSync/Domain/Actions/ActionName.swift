/// What a person can ask for.
public enum ActionName: String, CaseIterable, Hashable, Sendable {
  case saveSelected = "pm.save_selected"
  case runSelectedCandidates = "pm.optimize.run_selected_candidates"
  case runAllCandidates = "pm.optimize.run_all_candidates"
  case writeResults = "pm.optimize.write_results"

  /// An action as a person spelt it, with the tab that the spelling implies.
  public struct Spelt: Hashable, Sendable {
    public var name: ActionName
    /// The tab that an alias such as `save_targets` is about; nil when the request names it.
    public var tab: TabName?
  }

  /// Reads an action's name or an alias, without regard to case; hyphens and spaces count as underscores, and a missing `pm.` or an
  /// underscore after `optimize` does not matter.
  public static func spelt(_ text: String) -> Spelt? {
    var word = HeaderText.normalized(text)
    if word.hasPrefix("pm.") { word.removeFirst(3) }
    if word.hasPrefix("optimize.") || word.hasPrefix("optimize_") { word.removeFirst(9) }
    return aliases[word]
  }

  private static let aliases: [String: Spelt] = [
    "save_selected": Spelt(name: .saveSelected),
    "save": Spelt(name: .saveSelected),
    "save_in_backlog": Spelt(name: .saveSelected, tab: .centralBacklog),
    "save_backlog": Spelt(name: .saveSelected, tab: .centralBacklog),
    "backlog_update": Spelt(name: .saveSelected, tab: .centralBacklog),
    "save_metrics_config": Spelt(name: .saveSelected, tab: .metricsConfig),
    "save_kpi_contributions": Spelt(name: .saveSelected, tab: .kpiContributions),
    "save_candidates": Spelt(name: .saveSelected, tab: .candidates),
    "save_scenario": Spelt(name: .saveSelected, tab: .scenarioConfig),
    "save_scenarios": Spelt(name: .saveSelected, tab: .scenarioConfig),
    "save_constraints": Spelt(name: .saveSelected, tab: .constraints),
    "save_targets": Spelt(name: .saveSelected, tab: .targets),
    "run_selected_candidates": Spelt(name: .runSelectedCandidates),
    "run_all_candidates": Spelt(name: .runAllCandidates),
    "write_results": Spelt(name: .writeResults),
  ]

  /// The tabs that pm.save_selected saves.
  public static let savedTabs: [TabName] = [
    .metricsConfig, .kpiContributions, .centralBacklog, .candidates, .scenarioConfig, .constraints, .targets,
  ]
}
