/// What a person can ask for.
public enum ActionName: String, CaseIterable, Hashable, Sendable {
  case saveSelected = "pm.save_selected"
  case preview = "pm.preview"
  case refresh = "pm.refresh"
  case runSelectedCandidates = "pm.optimize.run_selected_candidates"
  case runAllCandidates = "pm.optimize.run_all_candidates"
  case writeResults = "pm.optimize.write_results"
  case cancel = "pm.optimize.cancel"
  case suggestMetricChains = "pm.suggest_metric_chains"

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

  /// What people call the actions: by themselves, and together with a tab, as in `save_targets`, `preview_targets` and
  /// `refresh_targets`.
  private static let aliases: [String: Spelt] = {
    var aliases: [String: Spelt] = [:]
    for (name, words) in words {
      for word in words { aliases[word] = Spelt(name: name) }
    }
    for tab in Catalogue.tabs {
      for spelling in [tab.title] + tab.aliases {
        let spelling = HeaderText.normalized(spelling)
        if tab.isSaved {
          aliases["save_" + spelling] = Spelt(name: .saveSelected, tab: tab.name)
          aliases["preview_" + spelling] = Spelt(name: .preview, tab: tab.name)
        }
        aliases["refresh_" + spelling] = Spelt(name: .refresh, tab: tab.name)
      }
    }
    for word in ["save_in_backlog", "backlog_update", "flow1_backlog_update", "save_initiatives"] {
      aliases[word] = Spelt(name: .saveSelected, tab: .centralBacklog)
    }
    return aliases
  }()

  private static let words: [ActionName: [String]] = [
    .saveSelected: ["save_selected", "save"],
    .preview: ["preview", "preview_selected", "preview_save", "dry_run"],
    .refresh: ["refresh", "refresh_selected"],
    .runSelectedCandidates: ["run_selected_candidates", "run_selected"],
    .runAllCandidates: ["run_all_candidates", "run_all"],
    .writeResults: ["write_results"],
    .cancel: ["cancel", "cancel_run"],
    .suggestMetricChains: [
      "suggest_metric_chains", "suggest_metric_chain", "suggest_chains", "suggest", "suggest_mathmodels", "suggest_math_models",
    ],
  ]

  /// The tabs that pm.save_selected saves.
  public static let savedTabs: [TabName] = Catalogue.tabs.filter(\.isSaved).map(\.name)
}
