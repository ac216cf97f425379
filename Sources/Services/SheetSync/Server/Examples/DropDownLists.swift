internal import SheetSyncDomain

/// What the registry and the backlog offer to those who fill a new workbook, on a hidden tab that drop-downs look at.
struct DropDownLists: Sendable {
  /// As far as a drop-down reaches.
  static let longest = SheetMarkup.reach - 1
  private static let tabName = "Lists"

  /// Of active KPIs.
  var kpiKeys: [String]
  var initiativeKeys: [String]

  /// Those of the example company.
  static let example = DropDownLists(
    kpiKeys: ExampleCompany.kpis.filter(\.isActive).map(\.key), initiativeKeys: ExampleCompany.initiatives.map(\.key))

  /// These, and behind them what the other has beside.
  func joined(_ other: DropDownLists) -> DropDownLists {
    func join(_ one: [String], _ other: [String]) -> [String] {
      let known = Set(one.map { $0.lowercased() })
      return one + other.filter { !known.contains($0.lowercased()) }
    }
    return DropDownLists(
      kpiKeys: join(kpiKeys, other.kpiKeys), initiativeKeys: join(initiativeKeys, other.initiativeKeys))
  }

  /// The tab that holds them.
  var tab: NewTab {
    let (kpis, initiatives) = (kpiKeys.prefix(Self.longest), initiativeKeys.prefix(Self.longest))
    return NewTab(
      name: Self.tabName, color: "CBD5E1",
      columns: ["kpi_key", "initiative_key"].map {
        NewColumn(header: $0, width: 28, owner: .derived, note: "What drop-downs of the other tabs offer. Not read by Lodestar.")
      }, isHidden: true,
      rows: (0..<max(kpis.count, initiatives.count)).map { index in
        [
          index < kpis.count ? .text(kpis[index]) : .blank,
          index < initiatives.count ? .text(initiatives[index]) : .blank,
        ]
      })
  }

  /// The drop-downs of a tab, by its columns.
  func choices(for tab: TabName) -> [String: NewColumn.Choices] {
    func area(_ letters: String) -> String { "\(Self.tabName)!$\(letters)$2:$\(letters)$\(SheetMarkup.reach)" }
    let kpis = kpiKeys.isEmpty ? NewColumn.Choices.offered(area("A")) : .area(area("A"))
    var choices: [String: NewColumn.Choices] = ["immediate_kpi_key": kpis, "target_kpi_key": kpis]
    switch tab {
    case .metricsConfig, .centralBacklog, .scenarioConfig: break
    case .constraints, .targets:
      choices["kpi_key"] = kpis
      choices["scenario_name"] = .area(TabLayout(.scenarioConfig).area("scenario_name"))
    case .kpiContributions:
      choices["kpi_key"] = .area(TabLayout(.metricsConfig).area("kpi_key"))
      choices["initiative_key"] = .offered(area("B"))
    default: choices["initiative_key"] = .offered(area("B"))
    }
    return choices
  }
}
