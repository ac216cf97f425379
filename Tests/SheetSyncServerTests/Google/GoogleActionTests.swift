import Messages
import SheetSyncDomain
import TestSupport
import Testing
import Wire

@testable import SheetSyncServer

/// Actions whose workbook is a Google spreadsheet: the same handler, asked as for a file.
@Suite(.serialized, .timeLimit(.minutes(5))) struct GoogleActionTests {
  private static let scenarios: JSONValue = .object([
    "title": "Scenario_Config",
    "values": [
      ["scenario_name", "period_key", "capacity_total_tokens", "objective_mode", "notes", "run_status", "updated_at"],
      ["Core", "2026-Q1", 1200, "north_star", "people's own", "", ""], ["Broken", "2026-Q1", "lots", "north_star", "", "", ""],
    ],
  ])

  @Test func `a save writes each row's status, and says what it cost`() async throws {
    try await withSyncOnGoogle { standIn, sync in
      let address = try await standIn.makeSpreadsheet("Optimization Center", [Self.scenarios])
      let run = try await sync.save(address.description + "/edit#gid=0", "Scenario_Config")
      #expect(run.status == .partial, "\(run.message)")
      #expect(run.workbookPath == address.description)
      #expect(run.workbookCalls == 6)
      #expect(run.quotaWaitUs == 0)
      #expect(try await sync.store.actionRun(run.actionRunId) == run)
      let values = try await standIn.values("Scenario_Config!A2:G3", of: address)
      try #require(values.count == 2 && values[1].count > 5)
      #expect(values[0].prefix(6) == ["Core", "2026-Q1", 1200, "north_star", "people's own", "OK: saved"])
      #expect(values[1].prefix(5) == ["Broken", "2026-Q1", "lots", "north_star", ""])
      #expect(values[1][5].stringValue?.hasPrefix("FAILED: ") == true)
    }
  }

  @Test func `a spreadsheet that is not shared fails the action with the address to share it with`() async throws {
    try await withSyncOnGoogle { standIn, sync in
      let secret = try await standIn.makeSpreadsheet(
        "Secret", [], readers: ["someone@example.com"], writers: ["someone@example.com"])
      let run = try await sync.save(secret.description, "Scenario_Config")
      #expect(run.status == .failed)
      #expect(run.message.contains("planner@lodestar-test.iam.gserviceaccount.com"))
    }
  }

  @Test func `a status that could not be written is paid by the next action`() async throws {
    try await withSyncOnGoogle { standIn, sync in
      let address = try await standIn.makeSpreadsheet("Optimization Center", [Self.scenarios])
      try await standIn.fail(
        .object(["on": "values.batchUpdate", "kind": "status", "code": 403, "message": "The caller does not have permission"]))
      let first = try await sync.save(address.description, "Scenario_Config")
      #expect(first.status == .partial && first.message.contains("could not be written"))
      #expect(try await sync.store.owedWorkbooks() == [address.description])
      let second = try await sync.save(address.description, "Scenario_Config")
      #expect(second.status == .partial)
      #expect(try await sync.store.owedWorkbooks() == [])
      #expect(try await standIn.values("Scenario_Config!F2", of: address) == [["OK: saved"]])
    }
  }

  @Test func `a look over a spreadsheet tells credentials, sharing, editing and quota, and changes nothing`() async throws {
    try await withSyncOnGoogle { standIn, sync in
      func look(_ address: String) async throws -> [String: WorkbookFinding] {
        let request = CheckWorkbookRequest(workbookPath: address)
        let findings = try await sync.handler.checkWorkbook(request, context: SyncUnderTest.callContext).findings
        return Dictionary(findings.map { ($0.check, $0) }) { $1 }
      }
      func share(readers: JSONValue, writers: JSONValue) async throws -> String {
        try await standIn.makeSpreadsheet("Plan", [Self.scenarios], readers: readers, writers: writers).description
      }
      let open = try await standIn.makeSpreadsheet("Open", [Self.scenarios])
      let before = try await standIn.values("Scenario_Config!A1:Z1000", of: open)
      let fine = try await look(open.description)
      for check in ["credentials", "sharing", "editing", "quota"] { #expect(fine[check]?.severity == .info, "\(check)") }
      #expect(fine["workbook"]?.message == "It can be read.")
      #expect(try await standIn.values("Scenario_Config!A1:Z1000", of: open) == before)

      let readable = try await look(try await share(readers: nil, writers: ["ada@example.com"]))
      #expect(readable["sharing"]?.severity == .info && readable["editing"]?.severity == .error)
      #expect(readable["editing"]?.message.contains("as an editor") == true && readable["workbook"] != nil)
      let closed = try await look(try await share(readers: [], writers: ["ada@example.com"]))
      #expect(closed["sharing"]?.severity == .error && closed["workbook"] == nil)
      #expect(try await look(SpreadsheetAddress.beginning + "nowhere")["sharing"]?.severity == .error)
    }
  }

  /// As many as a template has workbooks, and nothing in them.
  private func threeSpreadsheets(_ standIn: StandIn) async throws -> [SpreadsheetAddress] {
    var addresses: [SpreadsheetAddress] = []
    for title in ["One", "Two", "Three"] {
      addresses.append(try await standIn.makeSpreadsheet(title, [.object(["title": "Sheet1"])]))
    }
    return addresses
  }

  @Test func `the tabs of a template are added to spreadsheets, once`() async throws {
    try await withSyncOnGoogle { standIn, sync in
      let addresses = try await threeSpreadsheets(standIn)
      let request = CreateWorkbooksRequest(template: .example, spreadsheetAddresses: addresses.map { $0.description + "/edit" })
      for round in 1...2 {
        let made = try await sync.handler.createWorkbooks(request, context: SyncUnderTest.callContext)
        #expect(made.workbookPaths == addresses.map(\.description))
        // Looking each up, and one change of each the first time.
        let counts = try await standIn.calls().counts
        #expect(counts["spreadsheets.get"] == 3 * round && counts["spreadsheets.batchUpdate"] == 3)
      }
      let run = try await sync.save(addresses[2].description, "Scenario_Config")
      #expect(run.status == .ok, "\(run.message)")
    }
  }

  @Test func `tabs that were made though the answer was lost are taken as made`() async throws {
    try await withSyncOnGoogle { standIn, sync in
      let addresses = try await threeSpreadsheets(standIn)
      try await standIn.fail(.object(["on": "spreadsheets.batchUpdate", "kind": "cut", "when": "after"]))
      let request = CreateWorkbooksRequest(template: .example, spreadsheetAddresses: addresses.map(\.description))
      let made = try await sync.handler.createWorkbooks(request, context: SyncUnderTest.callContext)
      #expect(made.workbookPaths == addresses.map(\.description))
      // The repetition is refused, and the spreadsheet looked up once more.
      let counts = try await standIn.calls().counts
      #expect(counts["spreadsheets.get"] == 4 && counts["spreadsheets.batchUpdate"] == 4)
    }
  }
}
