import SeededNumbers
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

/// A tab of a key column, A, and two columns of Lodestar's, B and C, on which people and Lodestar work at the same time.
private struct SharedTab {
  var rows: [[Int: WrittenValue]]

  init(_ keys: [String]) {
    rows = keys.enumerated().map { index, key in [1: .text(key), 2: .text("old \(key)"), 3: .number(Double(index))] }
  }

  var keys: [Int: RowKey] {
    rows.enumerated().reduce(into: [:]) { keys, row in
      if case .text(let key)? = row.element[1] { keys[row.offset + 2] = RowKey([key]) }
    }
  }

  /// The texts of Lodestar's columns in rows without keys.
  var keyless: [Int: [String]] {
    rows.enumerated().reduce(into: [:]) { texts, row in
      guard keys[row.offset + 2] == nil else { return }
      texts[row.offset + 2] = [2, 3].compactMap { if case .text(let text)? = row.element[$0] { text } else { nil } }
    }
  }

  /// Columns of all rows, as a survey gives them.
  func cells(_ columns: Set<Int>) -> [Int: [Int: WrittenValue?]] {
    rows.enumerated().reduce(into: [:]) { cells, row in
      cells[row.offset + 2] = row.element.filter { columns.contains($0.key) }.mapValues { .some($0) }
    }
  }

  mutating func write(_ cells: [CellWrite]) {
    for cell in cells {
      while rows.count <= cell.address.row - 2 { rows.append([:]) }
      rows[cell.address.row - 2][cell.address.column] = cell.value == .blank ? nil : cell.value
    }
  }

  mutating func write(_ written: [Int: [Int: WrittenValue]]) {
    write(written.flatMap { row, values in values.map { CellWrite(row: row, column: $0.key, $0.value) } })
  }

  func column(_ column: Int, of key: String) -> WrittenValue? {
    rows.first { $0[1] == .text(key) }?[column]
  }
}

@Suite struct RowRepairTests {
  private func statuses(_ keys: [String], of tab: SharedTab) -> [Int: [Int: WrittenValue]] {
    tab.keys.reduce(into: [:]) { written, row in
      if keys.contains(row.value.text) { written[row.key] = [2: .text("OK \(row.value.text)")] }
    }
  }

  private func settle(_ repair: inout RowRepair, _ tab: inout SharedTab) -> Int {
    for round in 0..<4 {
      let cells = repair.next(tab.keys, keyless: tab.keyless)
      if cells.isEmpty { return round }
      tab.write(cells)
    }
    return .max
  }

  @Test func `nothing is done when nothing has moved`() {
    var tab = SharedTab(["a", "b", "c"])
    let written = statuses(["a", "c"], of: tab)
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.write(written)
    #expect(repair.next(tab.keys, keyless: tab.keyless).isEmpty)
  }

  @Test func `a row inserted just before the write gets its cells back, and each status goes to its row`() {
    var tab = SharedTab(["a", "b", "c"])
    let written = statuses(["a", "b", "c"], of: tab)
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.rows.insert([1: .text("new")], at: 1)
    tab.write(written)
    #expect(tab.column(2, of: "new") == .text("OK b"))
    #expect(settle(&repair, &tab) == 1)
    for key in ["a", "b", "c"] { #expect(tab.column(2, of: key) == .text("OK \(key)")) }
    #expect(tab.column(2, of: "new") == nil)
  }

  @Test func `a row that was deleted just before the write leaves nothing behind`() {
    var tab = SharedTab(["a", "b", "c"])
    let written = statuses(["a", "b", "c"], of: tab)
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.rows.remove(at: 1)
    tab.write(written)
    #expect(settle(&repair, &tab) == 1)
    #expect(tab.column(2, of: "c") == .text("OK c"))
    #expect(tab.rows.count == 3 && tab.rows[2].isEmpty)
    #expect(repair.next(tab.keys, keyless: tab.keyless).isEmpty)
  }

  @Test func `rows that were not written get back what they had`() {
    var tab = SharedTab(["a", "b", "c", "d"])
    let written = statuses(["d"], of: tab)
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.rows.reverse()
    tab.write(written)
    #expect(tab.column(2, of: "a") == .text("OK d"))
    #expect(settle(&repair, &tab) == 1)
    #expect(tab.column(2, of: "a") == .text("old a"))
    #expect(tab.column(2, of: "d") == .text("OK d"))
  }

  @Test func `of rows with one key each is followed by its order`() {
    var tab = SharedTab(["a", "x", "x"])
    let written: [Int: [Int: WrittenValue]] = [3: [2: .text("first")], 4: [2: .text("second")]]
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.rows.removeFirst()
    tab.write(written)
    #expect(settle(&repair, &tab) == 1)
    #expect(tab.rows.prefix(2).map { $0[2] } == [.text("first"), .text("second")])
  }

  @Test func `a row without a key keeps its status, until its place is another's`() {
    var tab = SharedTab(["a", "", "c"])
    tab.rows[1][1] = nil
    let written: [Int: [Int: WrittenValue]] = [3: [2: .text("FAILED: initiative_key is blank")]]
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.write(written)
    #expect(repair.next(tab.keys, keyless: tab.keyless).isEmpty)
    tab.rows.remove(at: 0)
    tab.write(written)
    #expect(settle(&repair, &tab) == 1)
    #expect(tab.column(2, of: "c") == .text("old c"))
  }

  @Test func `a row without a key keeps what stood there, though rows with keys get the same text`() {
    var tab = SharedTab(["a", "b", "total", "sum"])
    tab.rows[2] = [2: .text("OK a"), 3: .number(9)]
    tab.rows[3] = [2: .text("OK b")]
    var before = tab.cells([2, 3])
    // A formula that shows a status: nothing can bring it back.
    before[5] = [2: WrittenValue?.none]
    var written = statuses(["a", "b"], of: tab)
    for row in [2, 3] { written[row]?[3] = .number(0) }
    var repair = RowRepair(written: written, before: before, keys: tab.keys, keyColumns: [1], newRows: [])
    tab.write(written)
    #expect(repair.next(tab.keys, keyless: tab.keyless).isEmpty)
  }

  @Test func `a text on a row without a key that comes to a written place afterwards is left there`() {
    var tab = SharedTab(["a", "b", "c"])
    let written = statuses(["a", "c"], of: tab)
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    tab.write(written)
    tab.rows.insert([2: .text("the quarter's plan")], at: 0)
    #expect(settle(&repair, &tab) == 1)
    #expect(tab.rows.map { $0[2] } == ["the quarter's plan", "OK a", "old b", "OK c"].map { .text($0) })
  }

  @Test func `a row that a new one was written over is brought back, and the new one goes below`() {
    var tab = SharedTab(["a", "b", "c"])
    let before = tab.cells([1, 2])
    let written: [Int: [Int: WrittenValue]] = [
      2: [2: .text("OK a")], 5: [1: .text("n1"), 2: .text("OK n1")], 6: [1: .text("n2"), 2: .text("OK n2")],
    ]
    var keys = tab.keys
    (keys[5], keys[6]) = (RowKey(["n1"]), RowKey(["n2"]))
    var repair = RowRepair(written: written, before: before, keys: keys, keyColumns: [1], newRows: [5, 6])
    tab.rows.insert([1: .text("late")], at: 0)
    tab.write(written)
    #expect(tab.column(2, of: "c") == nil)
    #expect(settle(&repair, &tab) <= 2)
    #expect(tab.rows.map { $0[1] } == ["late", "a", "b", "c", "n1", "n2"].map { .text($0) })
    #expect(tab.rows.map { $0[2] } == [nil, "OK a", "old b", "old c", "OK n1", "OK n2"].map { $0.map { .text($0) } })
    #expect(tab.rows[3][3] == .number(2))
  }

  @Test(arguments: 0..<200)
  func `whatever people do meanwhile, each status ends on its row and no other row is changed`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let names = (0..<Int.random(in: 1...12, using: &generator)).map { "k\($0)" }
    var tab = SharedTab(names)
    for number in 0..<seed % 3 {
      tab.rows.insert([2: .text("note \(number)")], at: .random(in: 0...tab.rows.count, using: &generator))
    }
    let chosen = names.filter { _ in Bool.random(using: &generator) }
    let written = statuses(chosen, of: tab)
    var repair = RowRepair(written: written, before: tab.cells([2]), keys: tab.keys, keyColumns: [1], newRows: [])
    disturb(&tab, &generator)
    tab.write(written)
    if Bool.random(using: &generator) { disturb(&tab, &generator) }
    tab.write(repair.next(tab.keys, keyless: tab.keyless))
    if Bool.random(using: &generator) { disturb(&tab, &generator) }
    #expect(settle(&repair, &tab) <= 2, "seed \(seed)")
    for row in tab.rows {
      guard case .text(let key)? = row[1] else {
        // It cannot be followed: what a status was written over is gone, but nothing of another row's stays on it.
        #expect(row[2] == nil || row[2] == .text("note 0") || row[2] == .text("note 1"), "seed \(seed)")
        continue
      }
      let expected: WrittenValue? =
        chosen.contains(key) ? .text("OK \(key)") : names.contains(key) ? .text("old \(key)") : nil
      #expect(row[2] == expected, "seed \(seed), \(key)")
    }
  }

  private func disturb(_ tab: inout SharedTab, _ generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0:
        let name = "new \(UInt64.random(in: 0...UInt64.max, using: &generator))"
        tab.rows.insert([1: .text(name)], at: .random(in: 0...tab.rows.count, using: &generator))
      case 1 where !tab.rows.isEmpty: tab.rows.remove(at: .random(in: 0..<tab.rows.count, using: &generator))
      case 2: tab.rows.shuffle(using: &generator)
      default: tab.rows.reverse()
      }
    }
  }
}
