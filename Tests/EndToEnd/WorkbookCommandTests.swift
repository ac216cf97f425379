import Foundation
import TestSupport
import Testing

/// The commands about workbooks, as a product manager uses them.
@Suite(.runningSystem, .serialized) struct WorkbookCommandTests {
  private func center(_ books: URL) -> URL { books.appendingPathComponent("Optimization Center.xlsx") }

  private func put(_ value: String, in cell: String, of tab: String, _ workbook: URL) throws {
    guard let python = Program.python else { throw MissingProgram(name: "python3 with openpyxl", mend: "make tools") }
    let script = """
      import sys, openpyxl
      book = openpyxl.load_workbook(sys.argv[1]); book[sys.argv[2]][sys.argv[3]] = \(value); book.save(sys.argv[1])
      """
    let outcome = try Program.run(python, ["-c", script, workbook.path, tab, cell])
    try #require(outcome.status == 0, "\(outcome.transcript)")
  }

  /// Where a column of a tab stands, and the first row below the header: `G2`.
  private func firstCell(of column: String, _ tab: String, _ workbook: URL) throws -> String {
    guard let python = Program.python else { throw MissingProgram(name: "python3 with openpyxl", mend: "make tools") }
    let script = """
      import sys, openpyxl
      sheet = openpyxl.load_workbook(sys.argv[1])[sys.argv[2]]
      print(next(cell.column_letter for cell in sheet[1] if cell.value == sys.argv[3]) + "2", end="")
      """
    let outcome = try Program.run(python, ["-c", script, workbook.path, tab, column])
    try #require(outcome.status == 0, "\(outcome.transcript)")
    return outcome.output
  }

  @Test func `a preview shows the cells that a save would change, and changes nothing`() throws {
    let system = try RunningSystem.current
    let book = center(try system.savedWorkbooks())
    let unchanged = try system.lodestar("preview", book.path, "Candidates")
    #expect(unchanged.status == 0 && !unchanged.output.contains("→"), "\(unchanged.transcript)")

    let cell = try firstCell(of: "engineering_tokens", "Candidates", book)
    try put("777", in: cell, of: "Candidates", book)
    let bytes = try Data(contentsOf: book)
    let preview = try system.json("preview", book.path, "Candidates")
    #expect(preview["changedCells"] as? Int == 1, "\(preview)")
    let change = try #require((preview["changes"] as? [[String: Any]])?.first)
    #expect(change["cell"] as? String == cell && change["typed"] as? String == "777", "\(change)")
    #expect(change["column"] as? String == "engineering_tokens")
    #expect(try Data(contentsOf: book) == bytes, "a preview has written into the workbook")
    let shown = try system.lodestar("preview", book.path, "Candidates")
    #expect(shown.output.contains("engineering_tokens") && shown.output.contains("→  777"), "\(shown.transcript)")

    #expect(try system.lodestar("save", book.path, "Candidates").status == 0)
    #expect(try system.json("preview", book.path, "Candidates")["changedCells"] == nil)
  }

  @Test func `a set that was saved from another copy is refused until a preview has shown what is stored`() throws {
    let system = try RunningSystem.current
    let mine = center(try system.savedWorkbooks())
    let theirs = mine.deletingLastPathComponent().appendingPathComponent("Their copy.xlsx")
    try FileManager.default.copyItem(at: mine, to: theirs)
    let cell = try firstCell(of: "notes", "Targets", mine)
    try put("'Theirs'", in: cell, of: "Targets", theirs)
    let saved = try system.lodestar("save", theirs.path, "Targets")
    try #require(saved.status == 0, "\(saved.transcript)")

    try put("'Mine'", in: cell, of: "Targets", mine)
    let refused = try system.lodestar("save", mine.path, "Targets")
    #expect(refused.status != 0 && refused.output.contains("meanwhile"), "\(refused.transcript)")
    #expect(refused.transcript.contains("pm.preview of Targets shows what is stored now"), "\(refused.transcript)")
    let preview = try system.json("preview", mine.path, "Targets")
    let change = try #require((preview["changes"] as? [[String: Any]])?.first)
    #expect(change["stored"] as? String == "Theirs" && change["typed"] as? String == "Mine", "\(preview)")
    #expect((preview["messages"] as? [[String: Any]])?.contains { $0["code"] as? String == "set_changed_elsewhere" } == true)
    let after = try system.lodestar("save", mine.path, "Targets")
    #expect(after.status == 0, "\(after.transcript)")
  }

  @Test func `a refresh brings the results into a workbook that has none`() throws {
    let system = try RunningSystem.current
    let book = center(try system.savedWorkbooks())
    let optimized = try system.lodestar("optimize", book.path, "Q1-2026 Core", "--set", "Baseline", "--all")
    try #require(optimized.status == 0, "\(optimized.transcript)")
    let cell = try firstCell(of: "run_id", "Results", book)
    try put("'run_of_yesterday'", in: cell, of: "Results", book)
    let refreshed = try system.lodestar("refresh", book.path)
    #expect(refreshed.status == 0, "\(refreshed.transcript)")
    let read = try Program.run(
      try #require(Program.python),
      ["-c", "import sys, openpyxl; print(openpyxl.load_workbook(sys.argv[1])['Results'][sys.argv[2]].value)", book.path, cell])
    #expect(read.output.hasPrefix("run_20"), "\(read.transcript)")
  }

  @Test func `a doctor finds nothing wrong with the examples, and names what is wrong with others`() throws {
    let system = try RunningSystem.current
    let books = try system.savedWorkbooks()
    for name in ["ProductOps.xlsx", "Central Backlog.xlsx", "Optimization Center.xlsx"] {
      let healthy = try system.lodestar("workbook", "doctor", books.appendingPathComponent(name).path)
      #expect(healthy.status == 0 && !healthy.output.contains("wrong"), "\(healthy.transcript)")
    }
    let book = center(books)
    let header = try firstCell(of: "kpi_key", "Targets", book).replacing("2", with: "1")
    try put("'measure'", in: header, of: "Targets", book)
    let ill = try system.lodestar("workbook", "doctor", book.path)
    #expect(ill.status == 1 && ill.output.contains("Targets has no column \"kpi_key\""), "\(ill.transcript)")
    let findings = try Program.lodestar(["workbook", "doctor", book.path, "--json"], state: system.state)
    #expect(findings.status == 1 && findings.output.contains("\"check\": \"clock\""), "\(findings.transcript)")
    let missing = try system.lodestar("workbook", "doctor", books.appendingPathComponent("none.xlsx").path)
    #expect(missing.status == 1 && missing.output.contains("there is no such file"), "\(missing.transcript)")
  }

  @Test func `the tabs are listed, one is told all about, and one that is none is refused with those that are`() throws {
    let system = try RunningSystem.current
    let overview = try system.lodestar("workbook", "tabs")
    #expect(overview.status == 0 && overview.output.contains("Gaps_Alerts"), "\(overview.transcript)")
    let one = try system.lodestar("workbook", "tabs", "candidates")
    #expect(one.output.contains("engineering_tokens") && !one.output.contains("Gaps_Alerts"), "\(one.transcript)")
    let odd = try system.lodestar("workbook", "tabs", "Holidays")
    #expect(odd.status == 1 && odd.errors.contains("Candidates"), "\(odd.transcript)")
  }

  @Test func `what nobody can do is refused with what would be right`() throws {
    let system = try RunningSystem.current
    let books = try system.savedWorkbooks()
    let idle = try system.lodestar("cancel", center(books).path, "Q1-2026 Core", "--set", "Baseline")
    #expect(idle.status == 1 && idle.output.contains("is queued or running"), "\(idle.transcript)")
    let silent = try system.lodestar("suggest-chains", books.appendingPathComponent("ProductOps.xlsx").path)
    #expect(silent.status == 1 && silent.transcript.contains("LODESTAR_SYNC_SUGGESTER_ADDRESS"), "\(silent.transcript)")
    let address = "https://docs.google.com/spreadsheets/d/1abcDEF"
    for arguments in [
      ["save", address, "Targets"], ["preview", address, "Targets"], ["refresh", address], ["workbook", "doctor", address],
      ["workbook", "init", "--spreadsheets", address, address + "2", address + "3"],
    ] {
      let refused = try Program.lodestar(arguments, state: system.state)
      #expect(refused.status == 1, "\(arguments): \(refused.transcript)")
      #expect(refused.transcript.contains("LODESTAR_SYNC_GOOGLE_CREDENTIALS"), "\(arguments): \(refused.transcript)")
    }
  }

  @Test(.timeLimit(.minutes(2))) func `a watched workbook is saved when somebody changes it, once each time, until Ctrl-C`() throws
  {
    let system = try RunningSystem.current
    let book = center(try system.savedWorkbooks())
    let other = center(try system.exampleWorkbooks())
    let cell = try firstCell(of: "notes", "Targets", book)
    let later = try firstCell(of: "notes", "Scenario_Config", other)
    let before = try saves(in: system)
    let clock = try RunningCommand("workbook", "watch", other.path, "Scenario_Config", state: system.state)
    defer { clock.end() }
    try clock.waitUntilItSaysNext("Watching Optimization Center.xlsx: Scenario_Config")
    let watch = try RunningCommand("workbook", "watch", book.path, "Targets", state: system.state)
    defer { watch.end() }
    try watch.waitUntilItSaysNext("Watching Optimization Center.xlsx: Targets")
    try put("'first'", in: cell, of: "Targets", book)
    try watch.waitUntilItSaysNext("OK  Targets  Saved")
    // Were what a save wrote taken for a change, it would be saved before another watch has noticed a change that came later.
    try put("'later'", in: later, of: "Scenario_Config", other)
    try clock.waitUntilItSaysNext("OK  Scenario_Config  Saved")
    try put("'second'", in: cell, of: "Targets", book)
    try watch.waitUntilItSaysNext("OK  Targets  Saved")
    try put("'later still'", in: later, of: "Scenario_Config", other)
    try clock.waitUntilItSaysNext("OK  Scenario_Config  Saved")
    #expect(watch.interrupt() == 0)
    try watch.waitUntilItSaysNext("Watches no longer.")
    #expect(try saves(in: system) - before == 4)
    #expect(try system.json("preview", book.path, "Targets")["changedCells"] == nil)
  }

  private func saves(in system: RunningSystem) throws -> Int {
    let runs = try system.json("actions", "list", "--limit", "200")["actionRuns"] as? [[String: Any]] ?? []
    return runs.count { $0["action"] as? String == "pm.save_selected" }
  }
}
