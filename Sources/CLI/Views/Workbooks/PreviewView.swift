import Messages

/// What a save would change, cell by cell, as a person reads it.
struct PreviewView {
  var run: ActionRun

  func lines(_ console: Console) -> [String] {
    let action = ActionRunView(run: run)
    var lines = action.head(console)
    if !run.changes.isEmpty {
      lines += [""] + table.lines(console, indent: "  ")
      let rest = Int(run.changedCells) - run.changes.count
      if rest > 0 { lines.append("  " + console.style.dim("… and \(Quantity.count(rest, "more cell"))")) }
    }
    let rows = RowMessagesView(messages: action.untold).lines(console)
    if !rows.isEmpty { lines += ["", "  " + console.style.bold("What a save would say")] + rows }
    return lines
  }

  private var table: Table {
    var table = Table(.text("Cell"), .text("Key"), .text("Column"), .prose("Stored"), .text(""), .prose("Typed"))
    for change in run.changes {
      table.add(
        Self.place(of: change), Cell(change.key), Cell(change.column, .dim),
        Self.value(change.stored), Cell("→", .dim), Self.value(change.typed))
    }
    return table
  }

  /// A column that the sheet does without has no cell, though the row is there.
  private static func place(of change: CellChange) -> Cell {
    guard change.rowNumber > 0 else { return Cell("no row", .warning) }
    return change.cell.isEmpty ? Cell("row \(change.rowNumber), no column", .warning) : Cell(change.cell)
  }

  private static func value(_ text: String) -> Cell { text.isEmpty ? Cell("nothing", .dim) : Cell(text) }
}
