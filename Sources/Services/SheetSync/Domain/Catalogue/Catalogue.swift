/// Every tab that Lodestar knows: the single source for what is read, what is written, what new workbooks look like, and what
/// the documentation says.
public enum Catalogue {
  /// In the order of the workbooks, and of the tabs within each.
  public static let tabs: [TabDefinition] =
    productOpsTabs + centralBacklogTabs + optimizationCenterInputTabs + optimizationCenterOutputTabs

  private static let byName: [TabName: TabDefinition] = Dictionary(uniqueKeysWithValues: tabs.map { ($0.name, $0) })

  private static let bySpelling: [String: TabName] = {
    var spellings: [String: TabName] = [:]
    for tab in tabs {
      for spelling in [tab.title] + tab.aliases { spellings[HeaderText.normalized(spelling)] = tab.name }
    }
    return spellings
  }()

  public static subscript(_ name: TabName) -> TabDefinition {
    guard let tab = byName[name] else { preconditionFailure("every tab name is in the catalogue; a test checks it") }
    return tab
  }

  /// Finds a tab by its name or an alias, without regard to case, spaces, hyphens and underscores.
  public static func tab(spelt text: String) -> TabDefinition? {
    bySpelling[HeaderText.normalized(text)].map { Self[$0] }
  }

  /// The tabs of a workbook, in its order.
  public static func tabs(of workbook: WorkbookKind) -> [TabDefinition] {
    tabs.filter { $0.workbook == workbook }
  }
}
