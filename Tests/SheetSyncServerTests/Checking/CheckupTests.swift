import Glibc
import Messages
import Postgres
import SheetSyncDomain
import TestSupport
import Testing

@testable import SheetSyncServer

/// What a doctor finds of workbooks with one thing wrong each, and that it changes nothing.
@Suite(.serialized) struct CheckupTests {
  private let targets: [NewValue] = [
    "scenario_name", "constraint_set_name", "country", "kpi_key", "target_value", "floor_or_goal", "notes", "run_status",
    "updated_source", "updated_at",
  ]

  private func findings(_ sync: SyncUnderTest, _ path: String) async throws -> [WorkbookFinding] {
    try await sync.handler.checkWorkbook(CheckWorkbookRequest(workbookPath: path), context: SyncUnderTest.callContext).findings
  }

  private func findings(of check: String, _ sync: SyncUnderTest, _ path: String) async throws -> [WorkbookFinding] {
    try await findings(sync, path).filter { $0.check == check }
  }

  @Test func `a workbook that is well has no finding but what was looked at`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Targets", [targets])])
      let findings = try await findings(sync, path)
      #expect(
        findings.map(\.check) == [
          "file", "open", "workbook", "tabs", "tabs", "tabs", "tabs", "tabs", "tabs", "tabs", "headers", "formulas", "statuses",
          "clock",
        ])
      #expect(findings.filter { $0.check != "tabs" }.allSatisfy { $0.severity == .info }, "\(findings)")
      #expect(findings.first { $0.check == "headers" }?.tab == "Targets")
      #expect(findings.contains { $0.check == "tabs" && $0.tab == "Candidates" && $0.severity == .warning })
    }
  }

  @Test func `a file that is not there, is none, or is no workbook is said to be that`() async throws {
    try await withSync { sync in
      let missing = try await findings(of: "file", sync, sync.folder + "/none.xlsx")
      #expect(missing.map(\.severity) == [.error] && missing[0].message.contains("there is no such file"))
      #expect(try await findings(of: "file", sync, sync.folder).first?.message.contains("this is no file") == true)
      let text = sync.folder + "/text.xlsx"
      let file = try Descriptor.open(text, flags: O_CREAT | O_WRONLY, mode: 0o600)
      try writeAll(Array("not a workbook".utf8)[...], to: file.number, at: 0)
      let found = try await findings(of: "workbook", sync, text)
      #expect(found.map(\.severity) == [.error] && found[0].message.contains("this is no Excel workbook"))
    }
  }

  @Test(.enabled(if: geteuid() != 0)) func `a file that cannot be written is said to be so`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Targets", [targets])])
      #expect(unsafe chmod(path, 0o400) == 0)
      let file = try await findings(of: "file", sync, path)
      #expect(file.map(\.severity) == [.error] && file[0].message.contains("access was refused while writing it"), "\(file)")
    }
  }

  @Test func `whoever has it open is named, and a lock is noticed`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Targets", [targets])])
      openAsAda(path)
      let open = try await findings(of: "open", sync, path)
      #expect(open.map(\.severity) == [.error] && open[0].message.contains("ada on desk"))
      #expect(try await findings(of: "headers", sync, path).count == 1, "what is open elsewhere can still be looked into")
      #expect(removeFile(signOfOpening(path)))

      let holder = try Descriptor.open(path, flags: O_RDWR)
      #expect(flock(holder.number, LOCK_EX | LOCK_NB) == 0)
      #expect(try await findings(of: "lock", sync, path).map(\.severity) == [.warning])
      #expect(flock(holder.number, LOCK_UN) == 0)
      #expect(try await findings(of: "lock", sync, path) == [])
    }
  }

  @Test func `a workbook without a known tab, and one with a tab twice, are wrong`() async throws {
    try await withSync { sync in
      let strange = try sync.makeWorkbook([("Holidays", [["day"]])], named: "Strange.xlsx")
      let none = try await findings(of: "tabs", sync, strange)
      #expect(none.map(\.severity) == [.error] && none[0].message.contains("\"Holidays\""))
      let twice = try sync.makeWorkbook([("Scenario Config", [["scenario_name"]]), ("Scenario_Config", [["scenario_name"]])])
      let found = try await findings(of: "tabs", sync, twice).filter { $0.severity == .error }
      #expect(found.map(\.tab) == ["Scenario_Config"] && found[0].message.contains("Rename all but one"), "\(found)")
    }
  }

  @Test func `headers that are missing, doubled, misspelt or changed are named`() async throws {
    try await withSync { sync in
      var header = targets
      header[3] = "measure"
      let missing = try sync.makeWorkbook([("Targets", [header])], named: "A.xlsx")
      let found = try await findings(of: "headers", sync, missing)
      #expect(found.map(\.severity) == [.error] && found[0].message.contains("\"kpi_key\""))

      let doubled = try sync.makeWorkbook([("Targets", [targets + ["target_value"]])], named: "B.xlsx")
      #expect(try await findings(of: "headers", sync, doubled).first?.message.contains("is there twice") == true)

      let short = try sync.makeWorkbook([("Targets", [Array(targets.dropLast(4)) + ["note", "run_status"]])], named: "C.xlsx")
      let warnings = try await findings(of: "headers", sync, short)
      #expect(warnings.allSatisfy { $0.severity == .warning && $0.tab == "Targets" } && warnings.count == 2)
      #expect(warnings[0].message.contains("updated_source, updated_at") && warnings[1].message.contains("is it notes?"))

      let path = try sync.makeWorkbook([("Targets", [targets])], named: "D.xlsx")
      _ = try await sync.save(path, "Targets")
      #expect(try await findings(of: "headers", sync, path).map(\.severity) == [.info])
      #expect(removeFile(path))
      _ = try sync.makeWorkbook([("Targets", [Array(targets[1...]) + [targets[0], "mine"]])], named: "D.xlsx")
      let changed = try await findings(of: "headers", sync, path)
      #expect(changed.map(\.severity) == [.warning] && changed[0].message.contains("(new: mine)"), "\(changed)")
    }
  }

  @Test func `formulas in Lodestar's columns are counted from the first on`() async throws {
    try await withSync { sync in
      let row: [NewValue] = ["S", "T", "UK", "K", 1, "goal", nil, .formula("1+1", value: 2)]
      let path = try sync.makeWorkbook([("Targets", [targets, row, row])])
      let found = try await findings(of: "formulas", sync, path)
      #expect(found.map(\.severity) == [.warning] && found[0].message.contains("run_status, from H2 on: 2 formulas"), "\(found)")
      let uncalculated = FormulaCheck(
        header: try ResolvedHeader(Catalogue[.centralBacklog], of: Self.backlog), table: Self.backlog)
      #expect(uncalculated.findings.map(\.message).joined().contains("title, from B2 on: 1 formula there have not been calculated"))
    }
  }

  private static let backlog = SheetTable(
    tab: "Central Backlog",
    rows: [
      SheetRow(number: 1, cells: [Cell(column: 1, value: .text("initiative_key")), Cell(column: 2, value: .text("title"))]),
      SheetRow(number: 2, cells: [Cell(column: 1, value: .text("I")), Cell(column: 2, value: .formula(cached: nil))]),
    ], lastRow: 2)

  @Test func `statuses that are owed, and actions at work, are told`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Targets", [targets])])
      var run = ActionRun.begun("act_1")
      run.workbookPath = path
      #expect(try await sync.store.begin(run, idempotencyKey: "") == nil)
      try await sync.store.keep(
        UnfinishedWrite(
          actionRunID: "act_1", workbookPath: path, tab: "Targets", source: "s", decidedAtUs: 1,
          rows: [UnfinishedWrite.Row(rowNumber: 2, key: ["S"], status: "OK: saved")]))
      let owed = try await findings(of: "statuses", sync, path)
      #expect(owed.map(\.severity) == [.warning] && owed[0].message.hasPrefix("1 status of act_1"), "\(owed)")
      #expect(try await findings(of: "actions", sync, path).first?.message.contains("act_1") == true)
    }
  }

  @Test func `a checkup changes nothing`() async throws {
    try await withSync { sync in
      let path = try sync.makeWorkbook([("Targets", [targets])])
      let before = FileIdentity.now(at: path)
      _ = try await findings(sync, path)
      #expect(FileIdentity.now(at: path) == before)
      #expect(try await sync.store.fingerprints(of: path).isEmpty)
    }
  }

  @Test(arguments: [
    (Int64(0), Severity.info), (1_900_000, .info), (-1_900_000, .info), (5_000_000, .warning), (-5_000_000, .warning),
    (90_000_000, .error),
  ])
  func `clocks may differ by what nobody notices`(ahead: Int64, severity: Severity) {
    let now: Int64 = 1_767_614_462_000_000
    #expect(ClockCheck(databaseUs: now + ahead, askedFromUs: now, untilUs: now).finding.severity == severity)
  }

  @Test func `a call that took long says little of the clock`() {
    let check = ClockCheck(databaseUs: 30_000_000, askedFromUs: 0, untilUs: 40_000_000)
    #expect(check.finding.severity == .info)
  }
}
