import Testing

@testable import lodestar

@Suite struct TableTests {
  private var table: Table {
    var table = Table(.text("Initiative"), .number("Tokens"), .prose("Reason"))
    table.add("INIT-000001", "1,200", "in: carries NSM_ORDERS")
    table.add("INIT-2", Cell("90", .bad), "out: its tokens buy more elsewhere")
    return table
  }

  @Test func `columns are as wide as their widest cell, numbers to the right`() {
    #expect(
      table.lines(style: .plain, width: nil) == [
        "Initiative   Tokens  Reason",
        "INIT-000001   1,200  in: carries NSM_ORDERS",
        "INIT-2           90  out: its tokens buy more elsewhere",
      ])
  }

  @Test func `a prose column gives way to a narrow terminal`() {
    let lines = table.lines(style: .plain, width: 40, indent: "  ")
    #expect(lines.allSatisfy { $0.displayWidth <= 40 })
    #expect(lines[2].hasSuffix("…"))
    #expect(lines[1].hasPrefix("  INIT-000001   1,200"))
  }

  @Test func `a column that gives way stays readable`() {
    let lines = table.lines(style: .plain, width: 5)
    #expect(lines[2].hasSuffix("out: its to…"))
  }

  @Test func `columns that give way end up alike`() {
    var table = Table(.prose("A"), .text("B"), .prose("C"))
    table.add(Cell(String(repeating: "a", count: 20)), "b", Cell(String(repeating: "c", count: 90)))
    let (a, c) = (String(repeating: "a", count: 18), String(repeating: "c", count: 18))
    #expect(table.lines(style: .plain, width: 43)[1] == "\(a)…  b  \(c)…")
    #expect(table.lines(style: .plain, width: 65)[1].hasPrefix(String(repeating: "a", count: 20) + "  b"))
  }

  @Test func `ink colours the cell and leaves the alignment`() {
    let lines = table.lines(style: .coloured, width: nil)
    #expect(lines[2].contains("    \u{1B}[31m90\u{1B}[0m  "))
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    #expect(!table.lines(style: .plain, width: nil).joined().contains("\u{1B}"))
  }

  @Test func `a cell cannot command the terminal`() {
    #expect(Cell("a\u{1B}[2Jb\nc\u{7F}").text == "a\u{FFFD}[2Jb c\u{FFFD}")
  }

  @Test func `wide characters take two columns`() {
    #expect("東京".displayWidth == 4)
    #expect("Zürich".displayWidth == 6)
    #expect("東京都".fitted(to: 5) == "東京…")
    #expect("abc".fitted(to: 3) == "abc")
  }
}
