import Messages
import Testing

@testable import lodestar

/// What the commands about workbooks print.
@Suite struct WorkbookViewTests {
  private let console = Console.plain()

  private let preview = ActionRun(
    action: "pm.preview", workbookPath: "/plans/Center.xlsx", tab: "Candidates", status: .partial,
    message: "A save would change 3 cells.",
    startedAtUs: 1, finishedAtUs: 20_001,
    messages: [RowMessage(rowNumber: 9, key: "INIT-9", column: "notes", severity: .error, message: "too long")],
    changes: [
      CellChange(rowNumber: 7, key: "INIT-7", column: "engineering_tokens", cell: "G7", stored: "180", typed: "200"),
      CellChange(rowNumber: 8, key: "INIT-8", column: "notes", cell: "P8", stored: "", typed: "new\u{1B}[2J"),
      CellChange(key: "INIT-1", column: "notes", stored: "old", typed: ""),
    ], changedCells: 5)

  @Test func `a preview shows each cell with what is stored and what is typed`() {
    #expect(
      PreviewView(run: preview).lines(console) == [
        "PARTIAL  Candidates  Center.xlsx  20 ms",
        "  A save would change 3 cells.",
        "",
        "  Cell    Key     Column              Stored      Typed",
        "  G7      INIT-7  engineering_tokens  180      →  200",
        "  P8      INIT-8  notes               nothing  →  new\u{FFFD}[2J",
        "  no row  INIT-1  notes               old      →  nothing",
        "  … and 2 more cells",
        "",
        "  What a save would say",
        "  Row  Key     Column  Status",
        "    9  INIT-9  notes   FAILED: too long",
      ])
  }

  @Test func `a field whose column the sheet lacks is told by its row, which is not called gone`() {
    let change = CellChange(rowNumber: 8, key: "INIT-8", column: "bundle_key", stored: "B1")
    let lines = PreviewView(run: ActionRun(action: "pm.preview", changes: [change], changedCells: 1)).lines(console)
    #expect(lines.contains { $0.contains("row 8, no column") } && !lines.contains { $0.contains("no row") }, "\(lines)")
  }

  @Test func `a preview without changes is its sentence`() {
    let run = ActionRun(action: "pm.preview", tab: "Targets", status: .ok, message: "A save would change nothing.")
    #expect(PreviewView(run: run).lines(console) == ["OK  Targets", "  A save would change nothing."])
  }

  @Test func `a preview that could not be made says why once`() {
    let why = RowMessage(severity: .error, code: "missing_tab", message: "Center.xlsx has no tab Targets")
    let run = ActionRun(
      action: "pm.preview", tab: "Targets", status: .failed, message: "Center.xlsx has no tab Targets.", messages: [why])
    #expect(PreviewView(run: run).lines(console) == ["FAILED  Targets", "  Center.xlsx has no tab Targets."])
  }

  @Test func `a wait for a quota is told with the calls it took`() {
    let run = ActionRun(action: "a", status: .ok, message: "Saved.", workbookCalls: 34, quotaWaitUs: 12_000_000)
    #expect(ActionRunView(run: run).lines(console).last == "  Google's quota made it wait 12 s, in 34 calls.")
  }

  private let findings = [
    WorkbookFinding(check: "file", severity: .info, message: "It is there."),
    WorkbookFinding(check: "headers", severity: .error, tab: "Targets", message: "Targets has no column \"kpi_key\"."),
    WorkbookFinding(check: "clock", severity: .warning, message: "Behind."),
  ]

  @Test func `findings stand below each other, and the last line says how many are to be put right`() {
    #expect(
      FindingsView(findings: findings).lines(console) == [
        "ok       file             It is there.",
        "wrong    headers Targets  Targets has no column \"kpi_key\".",
        "warning  clock            Behind.",
        "",
        "1 thing to put right, 1 warning.",
      ])
    #expect(FindingsView(findings: findings).outcome == .refused)
    #expect(FindingsView(findings: [findings[0], findings[2]]).lines(console).last == "Nothing is wrong; 1 warning.")
    #expect(FindingsView(findings: [findings[0], findings[2]]).outcome == .done)
    #expect(FindingsView(findings: [findings[0]]).lines(console).last == "All is well.")
  }

  @Test func `a long finding goes on below its beginning`() {
    let narrow = Console.plain(width: 40)
    let lines = FindingsView(findings: [
      WorkbookFinding(check: "tabs", severity: .info, message: "It has Candidates, Scenario_Config, Constraints, Targets.")
    ]).lines(narrow)
    #expect(lines.prefix(2) == ["ok  tabs  It has Candidates,", "          Scenario_Config, Constraints,"])
    #expect(lines.allSatisfy { $0.displayWidth <= 40 })
  }

  private let tab = TabDescription(
    workbook: "Optimization Center", tab: "Scenario_Config", aliases: ["Scenarios"], purpose: "A scenario in each row.",
    keyColumns: ["scenario_name"],
    columns: [
      ColumnDescription(
        name: "scenario_name", aliases: ["scenario"], kind: "editable", owner: "product manager", type: "key", need: "value",
        severity: "error", field: "scenario.name", note: "What it is called."),
      ColumnDescription(
        name: "run_status", kind: "system", owner: "lodestar", type: "text", need: "optional", severity: "error",
        note: "What was answered | by Lodestar."),
    ], isSaved: true)

  @Test func `a tab is found by any of its names`() throws {
    let view = TabsView(tabs: [tab])
    #expect(try view.named(["scenario -  config ", "SCENARIOS"]) == [tab, tab])
    #expect(throws: Failure.self) { try view.named(["Targets"]) }
    #expect(view.overview.lines(console)[1].hasPrefix("Optimization Center  Scenario_Config  yes    scenario_name"))
  }

  @Test func `a tab's columns say who fills them and what they need`() {
    let text = TabsView.lines(tab, console).joined(separator: "\n")
    #expect(text.contains("A row is named by  scenario_name") && text.contains("Also called        Scenarios"))
    #expect(text.contains("scenario_name  scenario  editable  key   in every row  product manager  What it is called."))
  }

  @Test func `a watched save is a line with its rows below`() {
    let run = ActionRun(
      action: "pm.save_selected", tab: "Targets", status: .partial, message: "Saved 1 of 2 rows of Targets.",
      finishedAtUs: 1_767_614_462_000_000, messages: [RowMessage(rowNumber: 3, key: "K", severity: .error, message: "wrong")])
    #expect(
      WatchedSaveView(run: run).lines(console) == [
        "2026-01-05 12:01:02Z  PARTIAL  Targets  Saved 1 of 2 rows of Targets.", "  Row  Key  Column  Status",
        "    3  K            FAILED: wrong",
      ])
  }

  @Test func `a watched save tells of the tab what its line has not said`() {
    let run = ActionRun(
      action: "pm.save_selected", tab: "Targets", status: .partial, message: "No tab.",
      finishedAtUs: 1_767_614_462_000_000,
      messages: [
        RowMessage(severity: .error, message: "No tab"), RowMessage(severity: .warning, message: "statuses are owed"),
      ])
    #expect(
      WatchedSaveView(run: run).lines(console) == [
        "2026-01-05 12:01:02Z  PARTIAL  Targets  No tab.", "  Row  Key  Column  Status",
        "  tab               OK (warning): statuses are owed",
      ])
  }
}
