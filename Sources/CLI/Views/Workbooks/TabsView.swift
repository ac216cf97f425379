import Messages

/// The catalogue of tabs, for a terminal.
struct TabsView {
  var tabs: [TabDescription]

  /// A line for each tab.
  var overview: Table {
    var table = Table(.text("Workbook"), .text("Tab"), .text("Saved"), .text("A row is named by"), .prose("What it holds"))
    for tab in tabs {
      table.add(
        Cell(tab.workbook, .dim), Cell(tab.tab, .bold), Cell(tab.isSaved ? "yes" : "no"),
        Cell(tab.keyColumns.joined(separator: ", ")), Cell(tab.purpose))
    }
    return table
  }

  /// All about one of them.
  static func lines(_ tab: TabDescription, _ console: Console) -> [String] {
    var facts = Facts()
    facts.add("Workbook", tab.workbook)
    facts.add("Also called", tab.aliases.joined(separator: ", "))
    facts.add("A row is named by", tab.keyColumns.joined(separator: ", "))
    facts.add("Holds", tab.purpose)
    if !tab.isSaved { facts.add("Saved", "no; nothing that is typed there is stored") }
    var table = Table(
      .text("Column"), .text("Also"), .text("Kind"), .text("Type"), .text("Needed"), .text("Filled by"), .prose("Meaning"))
    for column in tab.columns {
      table.add(
        Cell(column.name, .bold), Cell(column.aliases.joined(separator: ", "), .dim), Cell(column.kind), Cell(column.type),
        Cell(column.needInWords), Cell(column.owner), Cell(column.note))
    }
    return [console.style.bold(tab.tab)] + facts.lines(console, indent: "  ") + [""] + table.lines(console, indent: "  ")
  }

  /// The tabs that a person means by these names; throws for one that is none.
  func named(_ names: [String]) throws -> [TabDescription] {
    try names.map { name in
      let spelling = Self.spelling(name)
      guard let tab = tabs.first(where: { ([$0.tab] + $0.aliases).map(Self.spelling).contains(spelling) }) else {
        throw Failure(
          .refused, "there is no tab \"\(name)\" among those that Lodestar knows",
          mend: "they are \(tabs.map(\.tab).joined(separator: ", "))")
      }
      return tab
    }
  }

  /// Case, and how words are held apart (spaces, hyphens, underscores), make no difference, as when a workbook is read.
  private static func spelling(_ name: String) -> String {
    name.lowercased().split { $0.isWhitespace || $0 == "-" || $0 == "_" }.joined(separator: "_")
  }
}

extension ColumnDescription {
  /// What a tab or a row has to have of the column.
  var needInWords: String {
    switch need {
    case "header": "the column"
    case "value": "in every row"
    default: ""
    }
  }
}
