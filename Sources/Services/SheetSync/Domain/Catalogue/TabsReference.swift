/// The reference page of all tabs, in Markdown: what the catalogue says, for people.
public enum TabsReference {
  public static var markdown: String {
    var lines = introduction
    for workbook in WorkbookKind.allCases {
      lines += ["", "## \(workbook.title)"]
      for tab in Catalogue.tabs(of: workbook) { lines += [""] + section(tab) }
    }
    lines += ["", "## Columns that every tab ends with", ""]
    lines += table(TabDefinition.systemColumns)
    return lines.joined(separator: "\n") + "\n"
  }

  private static var introduction: [String] {
    [
      "# Tabs", "",
      "Every tab and column that Lodestar knows, produced from the catalogue that its readers and writers go by. A test compares this",
      "page with the catalogue, and writes it anew when the environment has LODESTAR_WRITE_DOCS=1.", "",
      "Tabs and columns are found by their names or the names in brackets, without regard to case, spaces, hyphens and underscores, and",
      "in any order. What is not listed here is never read and never written. A column that is there twice, or is needed and missing, is",
      "an error that names the place. A row whose editable cells are all blank is skipped, and 50 blank rows in a row (a setting of",
      "lodestar-sync) end the table. A cell that cannot be read is named with what was typed and what would be right.", "",
      "- **editable** columns are people's: saved by `pm.save_selected`, never written by Lodestar.",
      "- **derived** columns are calculated, by Lodestar or by the sheet's formulas, and never saved.",
      "- **system** columns are Lodestar's notes about a row. Tabs may do without them.", "",
      "*Needed*: **column** means that the tab must have it, **value** that each row must have something in it too. *Unreadable*: an",
      "**error** keeps the row from being saved; after a **warning** it is saved without the value.", "",
      "## How cells are read", "",
      "A formula counts with the value that was calculated last; one that nobody has calculated is an error, never a blank. Text may",
      "begin with `=`, `+`, `-` or `@`: it is text, and what Lodestar writes is never a formula. A cell holds at most 32,767 characters;",
      "control characters other than line breaks and tabs are an error.", "",
    ] + readings
  }

  private static var readings: [String] {
    let types: [ColumnType] = [
      .text, .key, .keyList, .period, .integer, .number, .boolean, .date, .json, .choice(["…"]),
    ]
    return types.compactMap { type in type.reading.map { "- **\(type.words)**: \($0)" } }
  }

  private static func section(_ tab: TabDefinition) -> [String] {
    let aliases = tab.aliases.isEmpty ? "" : " (\(tab.aliases.joined(separator: ", ")))"
    let saved =
      tab.isOutput
      ? tab.isSaved ? "Lodestar fills it; people's own columns are saved." : "Lodestar fills it, and nothing of it is saved."
      : "People fill it, and it is saved."
    return [
      "### \(tab.title)\(aliases)", "", "\(tab.purpose) \(saved)", "",
      "A row is named by \(tab.keyColumns.map { "`\($0)`" }.joined(separator: ", ")).", "",
    ] + table(tab.columns.filter { $0.kind != .system })
  }

  private static func table(_ columns: [ColumnDefinition]) -> [String] {
    [
      "| Column | Kind | Filled by | Type | Needed | Unreadable | Stored as | What it says |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ] + columns.map(line)
  }

  private static func line(_ column: ColumnDefinition) -> String {
    let aliases = column.aliases.isEmpty ? "" : " (\(column.aliases.joined(separator: ", ")))"
    let need =
      switch column.need {
      case .optional: ""
      case .header: "column"
      case .value: "value"
      }
    let cells = [
      "`\(column.name)`" + aliases, column.kind.word, column.owner.words, column.type.words, need,
      column.kind == .editable ? column.severity.word : "", column.field.isEmpty ? "" : "`\(column.field)`", column.note,
    ]
    return "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  /// What would end a cell, or begin an element of HTML, is kept from doing so.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "|<>".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
