import Messages

/// Which dashboards read which versions.
struct PinsView {
  var pins: [DashboardPin]

  var table: Table {
    var table = Table(
      .text("Tenant"), .text("Dashboard"), .text("Metric"), .text("Version"), .prose("Owner"), .text("Pinned"), .prose("By"))
    for pin in pins {
      table.add(
        Cell(pin.tenantId), Cell(pin.dashboardId, .bold), Cell(pin.metricKey), Cell(pin.version), Cell(who(pin.owner)),
        Cell(Quantity.time(microseconds: pin.pinnedAtUs), .dim), Cell(who(pin.pinnedBy), .dim))
    }
    return table
  }

  /// What answers warn of, for a person.
  static func warnings(_ warnings: [VersionWarning], _ console: Console) -> [String] {
    warnings.flatMap { warning -> [String] in
      var lines = [console.style.yellow("warning: ") + warning.message.forPeople.printable]
      var facts = Facts()
      facts.add("Sunset", warning.plannedSunsetAtUs == 0 ? "" : Quantity.time(microseconds: warning.plannedSunsetAtUs))
      facts.add("Instead", warning.replacementVersion)
      facts.add("Guide", warning.migrationGuide)
      lines += facts.lines(console, indent: "  ")
      return lines
    }
  }

  static func banners(_ banners: [Banner], _ console: Console) -> [String] {
    guard !banners.isEmpty else { return ["Nothing to tell the dashboard's readers."] }
    var table = Table(.text("Metric"), .text("Version"), .text("Is"), .text("Sunset"), .text("Instead"), .prose("Message"))
    for banner in banners {
      table.add(
        Cell(banner.metricKey, .bold), Cell(banner.version), Cell(banner.code.replacing("_", with: " "), .warning),
        Cell(Quantity.date(microseconds: banner.plannedSunsetAtUs)),
        Cell(banner.replacementVersion.isEmpty ? "-" : banner.replacementVersion),
        Cell(banner.message.forPeople))
    }
    return table.lines(style: console.style, width: console.width)
  }
}
