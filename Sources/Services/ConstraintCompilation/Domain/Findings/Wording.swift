/// A number as people write it: `250`, `0.035`, never `250.0`.
func plain(_ number: Double) -> String {
  if let whole = Int(exactly: number) { return String(whole) }
  return "\(number)"
}

/// What somebody typed, trimmed, as a message repeats it: enough to know it by, however much was pasted into the cell.
func shown(_ typed: String) -> String {
  let text = trimmed(typed)
  // Bytes are counted fast, and are never fewer than characters.
  guard text.utf8.count > longestShown, text.count > longestShown else { return text }
  return text.prefix(longestShown - 1) + "…"
}

private let longestShown = 120

/// A difference of two amounts, without the noise of their subtraction: `0.01`, never `0.009999999999999998`.
func plainDifference(_ number: Double) -> String {
  guard number.magnitude < 1_000_000 else { return plain(number.rounded()) }
  return plain((number * 1_000_000_000).rounded() / 1_000_000_000)
}

/// `a, b and c`, or `a, b, c and 12 more`: long lists stay readable.
func listed(_ items: [String], atMost limit: Int = 5) -> String {
  guard items.count > 1 else { return items.first ?? "" }
  if items.count > limit { return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more" }
  return items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
}

/// `Constraints rows 2, 3 and 5`, or with several tabs `Constraints row 2 and Targets row 3`; each row once.
func listed(_ cells: [SourceCell]) -> String {
  var seen: Set<SourceCell> = []
  let rows = cells.map { SourceCell($0.tab, row: $0.row) }.filter { seen.insert($0).inserted }
  guard let tab = rows.first?.tab, rows.count > 1, rows.allSatisfy({ $0.tab == tab && $0.row > 0 }) else {
    return listed(rows.map(\.description))
  }
  return "\(tab.rawValue) rows " + listed(rows.map { String($0.row) })
}

func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}

func counted(_ number: Int, _ singular: String, _ plural: String) -> String {
  number == 1 ? "1 \(singular)" : "\(number) \(plural)"
}
