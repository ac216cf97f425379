import Messages
import RPC
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

private let everyKind: [[NewValue]] = [
  ["key", "amount", "due_at", "flag", "formula", "text"],
  ["a", 180.5, .date(DateSerial(days: 46_027.25)), true, .formula("B2*2", value: 361), " spaces "],
  [],
  ["ключ 🌵", -0.1, nil, false, .formula("\"x\"&A2", value: "xa"), "=no formula"],
  ["שלום", 1e15, nil, nil, .formula("B2>1", value: true), "two\nlines"],
]

/// The same scenario through a file and through Google leaves the same cells and says the same. What one kind alone does (a file that
/// another program changed, rows that move while an action runs) is in its own suite.
@Suite(.serialized, .needsPython, .timeLimit(.minutes(10)))
struct BothKindsTests {
  @Test func `tabs are listed in their order, and a tab is found whatever its case`() async throws {
    let ending = try await onBothKinds([("Second", [["a"]]), ("First", [["b"], [1]]), ("It's Q1", [["c"]])]) { workbook in
      try await workbook.open { book in
        let names = try await book.tabs().map { "\($0.name) \($0.isHidden) \($0.hasCells)" }
        let table = try await book.read("fIRST", limits: ReadLimits())
        return [book.title] + names + ["\(table.tab) \(table.rows.count)"]
      }
    }
    #expect(
      ending.said == ["Plan.xlsx", "Second false true", "First false true", "It's Q1 false true", "First 2"])
  }

  @Test func `every kind of cell is read as the same value`() async throws {
    let ending = try await onBothKinds([("Data", everyKind)]) { workbook in
      let table = try await workbook.open { try await $0.read("Data", limits: ReadLimits()) }
      return table.rows.map { row in "\(row.number): \(row.cells.map { "\($0.column) \($0.value)" })" }
    }
    #expect(ending.said.count == 4 && ending.said[1].contains("formula") && ending.said[1].contains("46027.25"))
    #expect(ending.cells["Data"]?["E4"] == .formula("=\"x\"&A2"))
  }

  @Test func `writes touch the cells that they name, and text stays text whatever it begins with`() async throws {
    let texts = ["=1+1", "+1", "-1", "@a", "'quoted", "TRUE", "0042", "2026-01-05", "🌵 שלום", "a\nb", " ", "#N/A"]
    let writes =
      texts.enumerated().map { CellWrite(row: 2 + $0, column: 6, .text($1)) } + [
        CellWrite(row: 2, column: 2, .number(0.1 + 0.2)), CellWrite(row: 4, column: 2, .number(-3)),
        CellWrite(row: 2, column: 4, .boolean(false)), CellWrite(row: 4, column: 4, .blank),
        CellWrite(row: 20, column: 1, .text("far below")), CellWrite(row: 5, column: 3, .date(DateSerial(days: 46_027.5))),
      ]
    let ending = try await onBothKinds([("Data", everyKind), ("Other", [["untouched"]])]) { workbook in
      try await workbook.open(editing: true) { book in
        _ = try await book.read("Data", limits: ReadLimits())
        let outcome = try await book.write([TabWrites(tab: "data", writes: writes)])
        return ["\(outcome.cellsWritten) \(outcome.skipped)"]
      }
    }
    #expect(ending.said == ["18 []"])
    for (place, text) in texts.enumerated() { #expect(ending.cells["Data"]?["F\(2 + place)"] == .text(text)) }
    #expect(ending.cells["Data"]?["D4"] == nil && ending.cells["Data"]?["E2"] == .formula("=B2*2"))
    #expect(ending.cells["Data"]?["C5"] == .date(seconds: Int(46_027.5 * 86_400)))
  }

  @Test func `a formula is left as it is, and refuses a write that does not allow for it`() async throws {
    let over = [CellWrite(row: 2, column: 5, .number(1)), CellWrite(row: 2, column: 1, .text("A"))]
    let ending = try await onBothKinds([("Data", everyKind)]) { workbook in
      try await workbook.open(editing: true) { book in
        _ = try await book.read("Data", limits: ReadLimits())
        let outcome = try await book.write([TabWrites(tab: "Data", writes: over, onFormula: .skip)])
        let refused = await refusal {
          try await book.write([TabWrites(tab: "Data", writes: [CellWrite(row: 4, column: 1, .text("B"))] + over)])
        }
        return ["\(outcome.cellsWritten) \(outcome.skipped.map { "\($0.address)" })", refused]
      }
    }
    #expect(ending.said == ["1 [\"E2\"]", "formulaInTheWay"])
    #expect(ending.cells["Data"]?["A2"] == .text("A") && ending.cells["Data"]?["A4"] == .text("ключ 🌵"))
    #expect(ending.cells["Data"]?["E2"] == .formula("=B2*2"))
  }

  @Test func `what cannot be done is called the same`() async throws {
    let ending = try await onBothKinds([("Data", everyKind)]) { workbook in
      try await workbook.open(editing: true) { book in
        var said: [String] = []
        for tab in ["Nowhere", ""] {
          said.append(await refusal { _ = try await book.read(tab, limits: ReadLimits()) })
        }
        _ = try await book.read("Data", limits: ReadLimits())
        for wrong: WrittenValue in [.text(String(repeating: "x", count: 32_768)), .number(.nan)] {
          said.append(
            await refusal {
              try await book.write([TabWrites(tab: "Data", writes: [CellWrite(row: 2, column: 1, wrong)])])
            })
        }
        return said
      }
    }
    #expect(ending.said.prefix(2) == ["missingTab", "missingTab"])
    #expect(ending.said.count == 4 && !ending.said.contains("nothing"))
    #expect(ending.cells["Data"]?["A2"] == .text("a"))
  }
}

/// What kind of error a body throws.
private func refusal(_ body: () async throws -> Void) async -> String {
  do {
    try await body()
    return "nothing"
  } catch let error as WorkbookError {
    return "\(error.kind)"
  } catch {
    return "\(error)"
  }
}
