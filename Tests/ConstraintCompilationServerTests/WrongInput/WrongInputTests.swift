import SheetSyncDomain
import Testing

/// The seeds' own example tables, with each cell in turn broken in every way that is wrong for it.
@Suite struct WrongInputTests {
  /// Ways that every cell is broken in at least.
  private static let fewestWays = 5
  /// Characters of a message that a person still reads, whatever was typed.
  private static let longestMessage = 700

  @Test func `the tables as they stand have no error`() throws {
    for table in SeedTables.all {
      let judgement = try Judgement(table)
      #expect(judgement.told.filter(\.isError).isEmpty)
      #expect(judgement.stored.count == table.rows.count, "\(table.tab)")
    }
    #expect(try Judgement(SeedTables.targets).told.map(\.code) == ["ratio_without_baseline"])
  }

  @Test(arguments: SeedTables.all.indices)
  func `a broken cell is answered there, and no other row's result changes`(place: Int) throws {
    let table = SeedTables.all[place]
    let whole = try Judgement(table)
    var faults: [String] = []
    var tried = 0
    for row in table.rows.indices {
      for (column, name) in table.columns.enumerated() {
        let values = BrokenCells(table: table, row: row, column: name).values
        #expect(values.count >= Self.fewestWays, "\(table.tab.rawValue) \(name)")
        for value in values {
          tried += 1
          let broken = try Judgement(table.with(value, row: row, column: column))
          faults += faultsOf(broken, whole, table, row: row, column: name).map {
            "\(table.tab.rawValue) row \(SeedTable.number(ofRow: row)) \(name) = \("\(value)".prefix(60)): \($0)"
          }
        }
      }
    }
    #expect(faults.isEmpty, "\(faults.count) of \(tried):\n\(faults.prefix(60).joined(separator: "\n"))")
  }

  private func faultsOf(_ broken: Judgement, _ whole: Judgement, _ table: SeedTable, row: Int, column: String) -> [String] {
    let number = SeedTable.number(ofRow: row)
    var faults: [String] = []
    let here = broken.told.subtracting(whole.told).filter { $0.row == number }
    if !here.contains(where: { $0.column == column }) {
      faults.append("nothing is said at the cell, but \(here.map { "\($0.column): \($0.code)" })")
    }
    for told in broken.told where told.message.count > Self.longestMessage {
      faults.append("the message of \(told.code) has \(told.message.count) characters")
    }
    // Whoever has a part in a contradiction is told, by a message that names this row.
    let others = broken.told.subtracting(whole.told).filter { $0.row != number }
    for told in others where !names(told.message, row: number) {
      faults.append("row \(told.row) is now told \(told.code): \(told.message.prefix(200))")
    }
    let partners = Set(others.map(\.row))
    for told in whole.told.subtracting(broken.told) where told.row != number && !partners.contains(told.row) {
      faults.append("row \(told.row) is no more told \(told.code)")
    }
    for lost in whole.stored.subtracting(broken.stored) where lost != number && !partners.contains(lost) {
      let place = lost - SeedTable.number(ofRow: 0)
      let set = "constraint_set_name"
      let isOfTheSet = table.columns.contains(set) && table.text(row: place, column: set) == table.text(row: row, column: set)
      // A set is stored whole or not at all.
      if !isOfTheSet { faults.append("row \(lost) is no more stored") }
    }
    return faults
  }

  private func names(_ message: String, row: Int) -> Bool {
    // "row 7", "rows 7 and 9", "rows 5, 6 and 7".
    message.ranges(of: /rows? (\d+((, | and )(row )?\d+)*)/).contains { place in
      message[place].split { !$0.isNumber }.contains { $0 == "\(row)" }
    }
  }
}
