/// A number as people write it: `250`, `0.035`, never `250.0`.
func plain(_ number: Double) -> String {
  if let whole = Int(exactly: number) { return String(whole) }
  return "\(number)"
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
