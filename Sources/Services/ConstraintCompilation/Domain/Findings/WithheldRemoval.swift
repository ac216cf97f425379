/// A row that is not right may be the very row whose key seems to be gone: its key may be what is misspelt. So a whole tab removes nothing while
/// one of its rows has an error or could not be read.
struct WithheldRemoval {
  private let faulty: [Int]
  private let unreadable: Int
  /// An error about the tab as a whole.
  private let hasWholeError: Bool

  /// - Parameter unreadable: how many rows, or groups of rows, could not be read at all.
  init(_ findings: some Sequence<Finding>, unreadable: Int = 0) {
    faulty = Set(findings.lazy.filter { $0.severity == .error && $0.cell.row > 0 }.map(\.cell.row)).sorted()
    hasWholeError = findings.contains { $0.severity == .error && $0.cell.row == 0 }
    self.unreadable = unreadable
  }

  var isNeeded: Bool { !faulty.isEmpty || unreadable > 0 || hasWholeError }

  /// Says that so many stored things stay that no row names; nil when there are none.
  func finding(_ tab: PlanningTab, kept: Int, _ noun: String) -> Finding? {
    guard isNeeded, kept > 0 else { return nil }
    let reason =
      switch faulty.count {
      case 0: unreadable > 0 ? "a row cannot be read" : "the tab is not right yet"
      case 1: "row \(faulty[0]) is not right yet"
      default: "rows \(listed(faulty.map(String.init))) are not right yet"
      }
    return Finding(
      .warning, at: SourceCell(tab, row: 0), key: "", code: "nothing_removed",
      "nothing was removed, because \(reason): \(counted(kept, noun)) that no row names \(kept == 1 ? "stays" : "stay"); mend that and save again"
    )
  }
}
