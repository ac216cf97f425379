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
      let isGone = change.cell.isEmpty
      table.add(
        Cell(isGone ? "no row" : change.cell, isGone ? .warning : .plain), Cell(change.key), Cell(change.column, .dim),
        Self.value(change.stored), Cell("→", .dim), Self.value(change.typed))
    }
    return table
  }

  private static func value(_ text: String) -> Cell { text.isEmpty ? Cell("nothing", .dim) : Cell(text) }
}
