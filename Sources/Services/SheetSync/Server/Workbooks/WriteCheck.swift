internal import SheetSyncDomain

/// Refuses what no cell can hold, and what is named twice, before anything is written.
enum WriteCheck {
  static func check(_ writes: [TabWrites], title: String) throws(WorkbookError) {
    var tabs: Set<String> = []
    for tabWrites in writes {
      func refuse(_ problem: String, _ cell: CellAddress?) -> WorkbookError {
        WorkbookError(
          .unwritableValue, file: title, tab: tabWrites.tab, cell: cell, problem: problem,
          mend: "Nothing was written; correct the value.")
      }
      guard tabs.insert(tabWrites.tab.lowercased()).inserted else { throw refuse("the tab is named twice in one write", nil) }
      var cells: Set<CellAddress> = []
      // Where each cell comes after all before it, which is so as a rule, none comes twice.
      let isAscending = zip(tabWrites.writes, tabWrites.writes.dropFirst()).allSatisfy { $0.address < $1.address }
      for write in tabWrites.writes {
        guard write.address.isInSheet else { throw refuse("no sheet has such a cell", write.address) }
        guard isAscending || cells.insert(write.address).inserted else { throw refuse("the cell is written twice", write.address) }
        if let problem = problem(with: write.value) { throw refuse(problem, write.address) }
      }
    }
  }

  private static func problem(with value: WrittenValue) -> String? {
    switch value {
    case .text(let text) where text.utf8.count > WrittenValue.longestText && text.utf16.count > WrittenValue.longestText:
      "the text has \(text.utf16.count) characters, and a cell can hold \(WrittenValue.longestText)"
    case .number(let number) where !number.isFinite: "the number is not finite"
    case .date(let date) where !date.days.isFinite: "the date is not finite"
    default: nil
    }
  }
}
