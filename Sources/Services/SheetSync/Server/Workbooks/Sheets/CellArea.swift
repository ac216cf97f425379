internal import SheetSyncDomain

/// A rectangle of cells, `B2:D7`.
struct CellArea: Hashable {
  var first: CellAddress
  var last: CellAddress

  init?(_ text: String) {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { CellAddress(a1: $0) }
    guard let first = ends.first, let first, let last = ends.last, let last, ends.count <= 2 else { return nil }
    guard first.row <= last.row, first.column <= last.column else { return nil }
    self.first = first
    self.last = last
  }

  func contains(_ address: CellAddress) -> Bool {
    (first.row...last.row).contains(address.row) && (first.column...last.column).contains(address.column)
  }

  mutating func extend(to address: CellAddress) {
    first = CellAddress(row: min(first.row, address.row), column: min(first.column, address.column))
    last = CellAddress(row: max(last.row, address.row), column: max(last.column, address.column))
  }

  var text: String { first == last ? "\(first)" : "\(first):\(last)" }
}
