import Messages
import SheetSyncDomain
import TestSupport
import Testing
import Wire

@testable import SheetSyncServer

@Suite(.serialized, .timeLimit(.minutes(5))) struct GoogleWorkbookTests {
  /// Runs the body with a stand-in and a client of it.
  private func withGoogle(_ body: (StandIn, SheetsClient) async throws -> Void) async throws {
    try await withStore { store in
      try await StandIn.with { standIn in try await body(standIn, try standIn.client(store)) }
    }
  }

  private static let headers: [JSONValue] = [
    "initiative_key", "title", "engineering_tokens", "run_status", "updated_source", "updated_at", "notes",
  ]

  private func candidates(_ rows: [[JSONValue]], headers: [JSONValue] = Self.headers) -> JSONValue {
    .object(["title": "Candidates", "values": .array(([headers] + rows).map { .array($0) })])
  }

  private func rows(_ count: Int) -> [[JSONValue]] {
    (1...count).map { [.string("INIT-\($0)"), "Title", .number(JSONNumber($0)), "", "", "", .string("note \($0)")] }
  }

  private func statuses(_ rows: [Int]) -> TabWrites {
    TabWrites(
      tab: "Candidates",
      writes: rows.flatMap { row in
        [
          CellWrite(row: row, column: 4, .text("OK: row \(row)")), CellWrite(row: row, column: 5, .text("=source")),
          CellWrite(row: row, column: 6, .date(DateSerial(days: 46068.5))),
        ]
      }, onFormula: .skip)
  }

  private func read(_ workbook: GoogleWorkbook) async throws -> SheetTable {
    try await workbook.read("candidates", limits: ReadLimits())
  }

  @Test func `every kind of cell is told apart, with one call for the tabs and one for the cells`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet(
        "Plan",
        [
          .object([
            "title": "Candidates",
            "values": [["initiative_key", "x"], ["a", 180.5], ["b", true], ["=\"c\"", "=1/0"], [], ["e", "=1+1"]],
            "cells": [],
          ])
        ])
      try await standIn.edit(address, .showDate(row: 1, column: 1))
      let workbook = try await GoogleWorkbook.open(address, with: client)
      #expect(workbook.title == "Plan")
      #expect(await workbook.tabs() == [WorkbookTab(name: "Candidates")])
      let table = try await read(workbook)
      #expect(table.rows.map(\.number) == [1, 2, 3, 4, 6])
      #expect(table.rows[1].cells == [Cell(column: 1, value: .text("a")), Cell(column: 2, value: .date(DateSerial(days: 180.5)))])
      #expect(table.rows[2][2] == .boolean(true))
      #expect(table.rows[3][1] == .formula(cached: .text("c")))
      #expect(table.rows[3][2] == .formula(cached: .error("#DIV/0!")))
      #expect(table.rows[4][2] == .formula(cached: .number(2)))
      #expect(try await standIn.calls().counts == ["token": 1, "spreadsheets.get": 2])
      await #expect { _ = try await workbook.read("Nowhere", limits: ReadLimits()) } throws: {
        ($0 as? WorkbookError)?.kind == .missingTab && "\($0)".contains("\"Candidates\"")
      }
    }
  }

  @Test func `5,000 rows are one read, one look, one write and one check`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(5_000))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      let table = try await read(workbook)
      #expect(table.rows.count == 5_001)
      let outcome = try await workbook.write([statuses(Array(2...5_001))])
      #expect(outcome == WriteOutcome(cellsWritten: 15_000, skipped: []))
      let counts = try await standIn.calls().counts
      // The tabs, the cells, the look before the write; dates get their format once; the write; the check after it.
      #expect(
        counts == [
          "token": 1, "spreadsheets.get": 3, "spreadsheets.batchUpdate": 1, "spreadsheets.values.batchUpdate": 1,
          "spreadsheets.values.batchGet": 1,
        ])
      let cells = try await standIn.values("Candidates!A5001:G5001", of: address)
      #expect(cells == [["INIT-5000", "Title", 5000, "OK: row 5001", "=source", 46068.5, "note 5000"]])
      #expect(try await read(workbook).rows[5_000][6] == .date(DateSerial(days: 46068.5)))
      try await workbook.write([statuses([2])])
      #expect(try await standIn.calls().counts["spreadsheets.batchUpdate"] == 1)
    }
  }

  @Test func `rows beyond the sheet's end are made first`() async throws {
    try await withGoogle { standIn, client in
      let sheet: JSONValue = .object([
        "title": "Candidates", "values": [.array(Self.headers)], "rowCount": 3, "columnCount": 7,
      ])
      let address = try await standIn.makeSpreadsheet("Plan", [sheet])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await workbook.write([statuses([2, 9])])
      #expect(try await standIn.values("Candidates!D9", of: address) == [["OK: row 9"]])
      try await workbook.write([statuses([10])])
      #expect(try await standIn.values("Candidates!D10", of: address) == [["OK: row 10"]])
    }
  }

  @Test func `a formula is left alone or refuses the write, also one that came after the reading`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(3))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await standIn.control(
        "spreadsheets/\(address.id)/values", ["range": "Candidates!D3", "values": [["=1+1"]], "as_user": true])
      let outcome = try await workbook.write([statuses([2, 3, 4])])
      #expect(outcome.skipped == [WriteOutcome.Skipped(tab: "Candidates", address: CellAddress(row: 3, column: 4))])
      #expect(
        try await standIn.values("Candidates!D2:D4", of: address, rendered: "FORMULA") == [["OK: row 2"], ["=1+1"], ["OK: row 4"]])
      var refusing = statuses([3])
      refusing.onFormula = .refuse
      await #expect { try await workbook.write([refusing]) } throws: { ($0 as? WorkbookError)?.kind == .formulaInTheWay }
    }
  }

  @Test func `rows that moved between reading and writing are followed`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(5))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await standIn.edit(address, .insertRow(at: 1))
      try await workbook.write([statuses([2, 4])])
      #expect(
        try await standIn.values("Candidates!A2:D6", of: address).map { $0.count > 3 ? $0[3] : "" }
          == ["", "OK: row 2", "", "OK: row 4", ""])
      try await expectNotes(standIn, address)
    }
  }

  @Test(arguments: ["before", "after"])
  func `rows that move at the very moment of the write are put right`(when: String) async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(40))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await standIn.fail(
        .object([
          "on": "values.batchUpdate", "kind": "edit", "when": .string(when), "spreadsheetId": .string(address.id),
          "requests": [.insertRow(at: 1), .deleteRow(at: 10), .insertRow(at: 20)],
        ]))
      try await workbook.write([statuses([2, 3, 4, 15, 30])])
      let now = try await standIn.values("Candidates!A2:F41", of: address)
      for row in now {
        guard let key = row.first?.stringValue, let number = Int(key.dropFirst(5)) else {
          #expect(row.allSatisfy { $0 == "" })
          continue
        }
        let status = row.count > 3 ? row[3].stringValue ?? "" : ""
        #expect(status == ([2, 3, 4, 15, 30].contains(number + 1) ? "OK: row \(number + 1)" : ""), "\(key)")
      }
      try await expectNotes(standIn, address)
    }
  }

  @Test func `keys that are numbers or look like errors are followed, though others beside them have a format for dates`()
    async throws
  {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet(
        "Plan", [candidates([[17, "Title"], [46_000, "Title"], ["=1/0", "Title"]])])
      try await standIn.edit(address, .showDate(row: 2, column: 0))
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await workbook.write([statuses([2, 3])])
      #expect(try await standIn.values("Candidates!D2:D3", of: address) == [["OK: row 2"], ["OK: row 3"]])
      // Nothing has moved, so nothing is put right.
      #expect(try await standIn.calls().counts["spreadsheets.values.batchUpdate"] == 1)
    }
  }

  @Test func `a column that was moved since the reading is not written over`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(5))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      let before = try await standIn.values("Candidates!A1:G6", of: address)
      try await standIn.edit(address, .moveColumn(6, before: 3))
      await #expect { try await workbook.write([statuses([2])]) } throws: { ($0 as? WorkbookError)?.kind == .changedMeanwhile }
      #expect(try await standIn.values("Candidates!D2:D6", of: address) == before.dropFirst().map { [$0[6]] })
    }
  }

  @Test func `a column that was moved at the very moment of the write is told, with where to look`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(5))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await standIn.fail(
        .object([
          "on": "values.batchUpdate", "kind": "edit", "when": "before", "spreadsheetId": .string(address.id),
          "requests": [.moveColumn(6, before: 3)],
        ]))
      await #expect { try await workbook.write([statuses([2])]) } throws: {
        ($0 as? WorkbookError)?.kind == .writtenAstray && "\($0)".contains("Version history")
      }
    }
  }

  @Test(arguments: ["before", "after", "within"])
  func `a write that was cut is repeated, and stands once`(when: String) async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(5))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      _ = try await read(workbook)
      try await standIn.fail(.object(["on": "values.batchUpdate", "kind": "cut", "when": .string(when), "times": 2]))
      #expect(try await workbook.write([statuses([2, 3])]).cellsWritten == 6)
      #expect(try await standIn.values("Candidates!D2:D3", of: address) == [["OK: row 2"], ["OK: row 3"]])
    }
  }

  @Test func `outages and quotas delay, are counted and told, and fail nothing`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(5))])
      try await standIn.fail(
        .object(["on": "token", "kind": "status", "code": 500]),
        .object(["on": "read", "kind": "status", "code": 429, "times": 3]),
        .object(["on": "read", "kind": "html", "code": 502]), .object(["on": "write", "kind": "status", "code": 503]),
        .object(["on": "write", "kind": "status", "code": 429, "retry_after": 1]))
      let told = Shared<[String]>([])
      let costs = WorkbookCosts { message in told.change { $0.append(message) } }
      try await WorkbookCosts.$current.withValue(costs) {
        let workbook = try await GoogleWorkbook.open(address, with: client)
        _ = try await read(workbook)
        try await workbook.write([statuses([2])])
      }
      #expect(try await standIn.values("Candidates!D2", of: address) == [["OK: row 2"]])
      #expect(costs.sum.calls == 12)
      #expect(costs.sum.quotaWait >= .seconds(1))
      #expect(told.value.contains { $0.contains("quota") } && told.value.contains { $0.contains("does not answer") })
    }
  }

  @Test func `a token that was taken back is replaced`() async throws {
    try await withGoogle { standIn, client in
      let address = try await standIn.makeSpreadsheet("Plan", [candidates(rows(1))])
      let workbook = try await GoogleWorkbook.open(address, with: client)
      try await standIn.control("tokens", ["revoke": true])
      #expect(try await read(workbook).rows.count == 2)
      #expect(try await standIn.calls().counts["token"] == 2)
    }
  }

  @Test func `what is not shared, not there, or has no account is told with its mend`() async throws {
    try await withGoogle { standIn, client in
      let secret = try await standIn.makeSpreadsheet(
        "Secret", [], readers: ["someone@example.com"], writers: ["someone@example.com"]
      ).description
      let google = GoogleWorkbooks(client: client)
      await #expect { _ = try await google.open(secret) } throws: {
        ($0 as? WorkbookError)?.kind == .notShared && "\($0)".contains(client.email)
      }
      await #expect { _ = try await google.open(SpreadsheetAddress.beginning + "nowhere") } throws: {
        ($0 as? WorkbookError)?.kind == .notFound
      }
      await #expect { _ = try await GoogleWorkbooks(client: nil).open(secret) } throws: {
        ($0 as? WorkbookError)?.kind == .credentials && "\($0)".contains("LODESTAR_SYNC_GOOGLE_CREDENTIALS")
      }
      await #expect { _ = try await google.open("https://example.org/x") } throws: { ($0 as? WorkbookError)?.kind == .notFound }
    }
  }

  /// People's own columns say what they said.
  private func expectNotes(_ standIn: StandIn, _ address: SpreadsheetAddress) async throws {
    for row in try await standIn.values("Candidates!A2:G50", of: address) {
      guard let key = row.first?.stringValue, !key.isEmpty else { continue }
      #expect(row.count == 7 && row[6] == .string("note \(key.dropFirst(5))") && row[1] == "Title")
    }
  }
}
