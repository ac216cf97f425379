import Messages

/// The catalogue of tabs as a page of documentation.
struct TabsPage {
  var tabs: [TabDescription]

  var lines: [String] {
    var lines = [
      "# Tabs", "",
      "Every tab and column that Lodestar knows. Columns stand in any order; headers are found without regard to case, spaces, hyphens",
      "and underscores. Columns and tabs that are not listed here are never read and never touched.",
    ]
    var workbook = ""
    for tab in tabs {
      if tab.workbook != workbook {
        workbook = tab.workbook
        lines += ["", "## \(Self.text(workbook))"]
      }
      lines += [""] + Self.lines(tab)
    }
    return lines
  }

  private static func lines(_ tab: TabDescription) -> [String] {
    var about = "\(text(tab.purpose)) A row is named by \(code(tab.keyColumns))."
    if !tab.aliases.isEmpty { about += " Also called \(code(tab.aliases))." }
    if !tab.isSaved { about += " Nothing that is typed there is stored." }
    var lines = [
      "### \(text(tab.tab))", "", about, "", "| column | kind | filled by | type | needed | meaning |", "|---|---|---|---|---|---|",
    ]
    for column in tab.columns {
      let also = column.aliases.isEmpty ? "" : " (or \(code(column.aliases)))"
      let need = column.needInWords + (column.severity == "warning" ? "; a cell that cannot be read is a warning" : "")
      let cells = [code([column.name]) + also, column.kind, column.owner, column.type, need, text(column.note)]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines
  }

  private static func code(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

  /// What would end a cell or begin a mark-up is kept from it.
  private static func text(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "|*_<>`[]".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
