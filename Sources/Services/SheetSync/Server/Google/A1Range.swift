import SheetSyncDomain

/// A rectangle of a tab, as Google writes it: `'Central Backlog'!B2:D5001`. Rows and columns are counted from 1 and included.
struct A1Range: Hashable, Sendable, CustomStringConvertible {
  var tab: String
  var rows: ClosedRange<Int>
  var columns: ClosedRange<Int>
  /// It goes to the tab's last row, wherever that is by now; `rows` tells where it was.
  var isOpenEnded: Bool

  init(tab: String, rows: ClosedRange<Int>, columns: ClosedRange<Int>, isOpenEnded: Bool = false) {
    self.tab = tab
    self.rows = rows
    self.columns = columns
    self.isOpenEnded = isOpenEnded
  }

  /// The tab's name is always quoted: without the quotes, a tab named `D3` would be a cell.
  var description: String {
    let name = tab.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    let first = CellAddress(row: rows.lowerBound, column: columns.lowerBound)
    if isOpenEnded { return "'\(name)'!\(first):\(CellAddress.letters(ofColumn: columns.upperBound))" }
    let last = CellAddress(row: rows.upperBound, column: columns.upperBound)
    return "'\(name)'!\(first)" + (first == last ? "" : ":\(last)")
  }
}

extension A1Range {
  var cellCount: Int { rows.count * columns.count }

  /// The range in pieces of at most so many cells, each of at least one row.
  func pieces(of most: Int) -> [A1Range] { pieces(ofRows: max(1, most / columns.count)) }

  /// The range in two pieces; itself when it has one row.
  var halves: [A1Range] { pieces(ofRows: max(1, (rows.count + 1) / 2)) }

  private func pieces(ofRows height: Int) -> [A1Range] {
    stride(from: rows.lowerBound, through: rows.upperBound, by: height).map { first in
      let last = min(first + height - 1, rows.upperBound)
      return A1Range(tab: tab, rows: first...last, columns: columns, isOpenEnded: isOpenEnded && last == rows.upperBound)
    }
  }
}
