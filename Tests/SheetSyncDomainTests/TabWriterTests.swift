import SeededNumbers
import SheetSyncDomain
import Testing

@Suite struct TabWriterTests {
  private let now = DateSerial(days: 46_000.5)

  private func writer(_ tab: TabName, _ table: SheetTable) throws -> TabWriter {
    TabWriter(try ResolvedHeader(Catalogue[tab], of: table), table: table, source: "opt_center.test", now: now)
  }

  @Test func `a status is written with its stamps, where the columns are`() throws {
    let table = sheet("Candidates", [["updated_at", "initiative_key", "engineering_tokens", "run_status"], [nil, "INIT-1", 5]])
    let plan = try writer(.candidates, table).statuses([(2, "OK: saved")])
    #expect(Set(plan.cells) == [CellWrite(row: 2, column: 4, .text("OK: saved")), CellWrite(row: 2, column: 1, .date(now))])
    #expect(plan.absentColumns == ["updated_source"])
  }

  @Test func `a tab without status columns gets nothing, and the absence is told`() throws {
    let table = sheet("Candidates", [["initiative_key", "engineering_tokens"], ["INIT-1", 5]])
    let plan = try writer(.candidates, table).statuses([(2, "OK: saved")])
    #expect(plan.cells.isEmpty)
    #expect(plan.absentColumns == ["run_status", "updated_source", "updated_at"])
  }

  @Test func `records go to the rows of their keys, and new ones below the last`() throws {
    let table = numberedSheet(
      "Results",
      [(1, ["initiative_key", "selected", "notes", "run_id"]), (2, ["init-2", nil, "mine"]), (9, [nil, nil, "a stray note"])])
    let records = ["INIT-1", "INIT-2", "INIT-3"].map {
      RecordWrite(key: RowKey([$0]), values: ["selected": .boolean(true), "run_id": .text("run_1")])
    }
    let plan = try writer(.results, table).records(records)
    #expect(plan.rowsAdded == 2)
    #expect(
      Set(plan.cells) == [
        CellWrite(row: 2, column: 2, .boolean(true)), CellWrite(row: 2, column: 4, .text("run_1")),
        CellWrite(row: 10, column: 1, .text("INIT-1")), CellWrite(row: 10, column: 2, .boolean(true)),
        CellWrite(row: 10, column: 4, .text("run_1")), CellWrite(row: 11, column: 1, .text("INIT-3")),
        CellWrite(row: 11, column: 2, .boolean(true)), CellWrite(row: 11, column: 4, .text("run_1")),
      ])
  }

  @Test func `of two rows with one key the first is kept up to date, and the other is told so`() throws {
    let table = sheet(
      "Results", [["initiative_key", "selected", "run_status"], ["INIT-1", nil, nil], ["init-1", true, "OK: completed"]])
    let record = RecordWrite(key: RowKey(["INIT-1"]), values: ["selected": .boolean(false)])
    let plan = try writer(.results, table).records([record]) { _, _ in ["selected": .blank] }
    let told = "FAILED: row 2 has the same key and is the one that is kept up to date; delete this row"
    #expect(Set(plan.cells) == [CellWrite(row: 2, column: 2, .boolean(false)), CellWrite(row: 3, column: 3, .text(told))])
  }

  @Test func `rows that the records lack are marked, when there is something to say of them`() throws {
    let table = sheet(
      "Results", [["initiative_key", "selected", "run_status"], ["INIT-1", true], ["INIT-9", true], [nil, true]])
    let plan = try writer(.results, table).records([RecordWrite(key: RowKey(["INIT-1"]), values: ["selected": .boolean(false)])]) {
      key, _ in
      ["selected": .blank, "run_status": .text("OK: \(key.text) is not in this run")]
    }
    #expect(
      Set(plan.cells) == [
        CellWrite(row: 2, column: 2, .boolean(false)), CellWrite(row: 3, column: 2, .blank),
        CellWrite(row: 3, column: 3, .text("OK: INIT-9 is not in this run")),
      ])
  }

  @Test(arguments: 0..<200)
  func `whatever is asked for, people's cells and formulas stay as they are`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let definition = try #require(Catalogue.tabs.randomElement(using: &generator))
    // Every column that must be there, some of the others, and strangers, in any order.
    var headers =
      definition.columns.filter { $0.need != .optional || Bool.random(using: &generator) }.map(\.name) + ["Mine", "Ours"]
    headers.shuffle(using: &generator)
    var rows: [(Int, [CellValue])] = [(1, headers.map { .text($0) })]
    for number in 2..<12 where Bool.random(using: &generator) {
      let values: [CellValue] = headers.map { header in
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: .blank
        case 1: .formula(cached: .text("f"))
        case 2: .formula(cached: nil)
        default: .text(definition.keyColumns.contains(header) ? "K\(Int.random(in: 0..<4, using: &generator))" : "v")
        }
      }
      rows.append((number, values))
    }
    let table = numberedSheet(definition.title, rows)
    let everything = Dictionary(
      uniqueKeysWithValues: (definition.columns.map(\.name) + ["Mine", "mine"]).map { ($0, WrittenValue.text("w")) })
    let records = (0..<4).map { index in
      RecordWrite(key: RowKey(definition.keyColumns.map { _ in "K\(index)" }), values: everything)
    }
    let writer = try writer(definition.name, table)
    let plans = [
      writer.records(records) { _, _ in everything }, writer.statuses((1..<15).map { ($0, "OK: saved") }),
    ]
    let existing = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.number, $0) })
    for plan in plans {
      #expect(Set(plan.cells.map(\.address)).count == plan.cells.count, "no cell is written twice")
      for cell in plan.cells {
        let header = headers[cell.address.column - 1]
        let column = try #require(definition.column(header), "\(header) is not Lodestar's")
        #expect(cell.address.row > 1, "the header stays")
        #expect(column.isWrittenByLodestar, "\(definition.title).\(header) is not Lodestar's")
        #expect(existing[cell.address.row]?[cell.address.column].isFormula != true)
      }
    }
  }

  @Test func `a plan for many rows takes time in proportion to them`() throws {
    let rows: [[CellValue]] = [["initiative_key", "selected", "run_status"]] + (0..<20_000).map { [.text("INIT-\($0)"), true] }
    let plan = try writer(.results, sheet("Results", rows)).records(
      (0..<20_000).map { RecordWrite(key: RowKey(["init-\($0)"]), values: ["selected": .boolean(false)]) })
    #expect(plan.cells.count == 20_000 && plan.rowsAdded == 0)
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("KPI_CONVERSON", "KPI_CONVERSION"), ("init-000071", "INIT-000017"), ("Candidate", "Candidates"),
    ("scenario nam", "scenario_name"),
  ])
  func `the nearest name`(typed: String, meant: String) {
    #expect(NearestName.suggestion(for: typed, in: ["KPI_CONVERSION", "INIT-000017", "Candidates", "scenario_name"]) == meant)
  }

  @Test(arguments: ["", "x", "REVENUE", String(repeating: "a", count: 10_000)])
  func `nothing is suggested for what is nothing like any`(typed: String) {
    #expect(NearestName.suggestion(for: typed, in: ["KPI_CONVERSION", "Candidates"]) == nil)
  }
}
