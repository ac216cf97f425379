import SheetSyncDomain
import Testing

@Suite struct ChangedCellsTests {
  private let now = DateSerial(days: 46_000.5)

  /// A Runs tab with one run, as it was written before.
  private func writer(_ cells: [String: CellValue]) throws -> TabWriter {
    let headers = ["run_id", "scenario_name", "selected_count", "created_at", "run_status", "updated_source", "updated_at"]
    let row = headers.enumerated().compactMap { index, name in cells[name].map { Cell(column: index + 1, value: $0) } }
    let table = SheetTable(
      tab: "Runs",
      rows: [
        SheetRow(number: 1, cells: headers.enumerated().map { Cell(column: $0.offset + 1, value: .text($0.element)) }),
        SheetRow(number: 2, cells: row),
      ], lastRow: 2)
    return TabWriter(try ResolvedHeader(Catalogue[.runs], of: table), table: table, source: "opt_center.runs.write", now: now)
  }

  private let record = RecordWrite(
    key: RowKey(["run_1"]),
    values: [
      "scenario_name": .text("Core"), "selected_count": .number(3), "created_at": .date(DateSerial(days: 46_000)),
      "run_status": .text("OK: completed"),
    ])

  private let written: [String: CellValue] = [
    "run_id": .text("run_1"), "scenario_name": .text("Core"), "selected_count": .number(3),
    "created_at": .date(DateSerial(days: 46_000)), "run_status": .text("OK: completed"),
    "updated_source": .text("opt_center.runs.write"), "updated_at": .date(DateSerial(days: 45_999)),
  ]

  @Test func `a row that says all of it already is left alone with its stamp`() throws {
    let writer = try writer(written)
    let (plan, rows, cells) = writer.onlyChanges(of: writer.records([record]))
    #expect(plan.cells.isEmpty && rows == 0 && cells == 0)
  }

  @Test(arguments: [CellValue.text("2025-12-09"), .number(46_000), .date(DateSerial(days: 46_000.000_001))])
  func `a date is the same however the workbook shows it`(cell: CellValue) throws {
    var cells = written
    cells["created_at"] = cell
    let writer = try writer(cells)
    #expect(writer.onlyChanges(of: writer.records([record])).cells == 0)
  }

  @Test func `a cell that differs is written with the row's stamp, and counted once`() throws {
    var cells = written
    cells["selected_count"] = .text("3")
    cells["run_status"] = nil
    let writer = try writer(cells)
    let (plan, rows, changed) = writer.onlyChanges(of: writer.records([record]))
    #expect(rows == 1 && changed == 2)
    #expect(Set(plan.cells.map(\.address.column)) == [3, 5, 6, 7])
  }

  @Test func `a new row is written whole`() throws {
    let writer = try writer(written)
    let new = RecordWrite(key: RowKey(["run_2"]), values: record.values)
    let (plan, rows, _) = writer.onlyChanges(of: writer.records([record, new]))
    #expect(rows == 1 && plan.cells.allSatisfy { $0.address.row == 3 } && plan.rowsAdded == 1)
  }
}
