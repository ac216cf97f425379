import SheetSyncDomain
import Testing

struct CellTests {
  @Test(arguments: [("A1", 1, 1), ("Z9", 9, 26), ("AA10", 10, 27), ("XFD1048576", 1_048_576, 16_384)])
  func `an address reads and prints as people write it`(text: String, row: Int, column: Int) {
    #expect(CellAddress(a1: text) == CellAddress(row: row, column: column))
    #expect(CellAddress(row: row, column: column).description == text)
  }

  @Test func `an address may be absolute or in lower case`() {
    #expect(CellAddress(a1: "$b$7") == CellAddress(row: 7, column: 2))
  }

  @Test(arguments: ["", "A", "7", "7A", "A0", "A1048577", "XFE1", "AAAA1", "A1B", "A-1", "A1:B2", "Ä1", "A10000000"])
  func `what is no address is refused`(text: String) {
    #expect(CellAddress(a1: text) == nil)
  }

  @Test func `every column's letters lead back to it`() {
    for column in 1...CellAddress.lastColumn {
      #expect(CellAddress(a1: CellAddress.letters(ofColumn: column) + "1")?.column == column)
    }
  }

  @Test func `a row answers blank where nothing stands`() {
    let row = SheetRow(number: 3, cells: [Cell(column: 2, value: .number(1)), Cell(column: 5, value: .text("x"))])
    #expect((1...6).map { row[$0] } == [.blank, .number(1), .blank, .blank, .text("x"), .blank])
  }

  @Test func `a formula that nobody calculated is unknown, not blank`() {
    #expect(CellValue.formula(cached: nil).calculated == nil)
    #expect(CellValue.formula(cached: .text("")).calculated == .text(""))
    #expect(CellValue.blank.calculated == .blank)
  }
}
