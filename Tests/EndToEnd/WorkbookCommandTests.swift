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

  @Test func `the tabs are listed, one is told all about, and the page has all of them`() throws {
    let system = try RunningSystem.current
    let overview = try system.lodestar("workbook", "tabs")
    #expect(overview.status == 0 && overview.output.contains("Gaps_Alerts"), "\(overview.transcript)")
    let one = try system.lodestar("workbook", "tabs", "candidates")
    #expect(one.output.contains("engineering_tokens") && !one.output.contains("Gaps_Alerts"), "\(one.transcript)")
    let page = try system.lodestar("workbook", "tabs", "--markdown")
    for tab in try #require(try system.json("workbook", "tabs")["tabs"] as? [[String: Any]]) {
      let title = try #require(tab["tab"] as? String)
      #expect(page.output.contains("### \(title.replacing("_", with: "\\_"))\n"), "the page lacks \(title)")
    }
    let odd = try system.lodestar("workbook", "tabs", "Holidays")
    #expect(odd.status == 1 && odd.errors.contains("Candidates"), "\(odd.transcript)")
  }

  @Test(.timeLimit(.minutes(2))) func `a watched workbook is saved when somebody changes it, once each time, until Ctrl-C`() throws
  {
    let system = try RunningSystem.current
    let book = center(try system.savedWorkbooks())
    let cell = try firstCell(of: "notes", "Targets", book)
    let before = try saves(in: system)
    let watch = try RunningCommand("workbook", "watch", book.path, "Targets", state: system.state)
    defer { watch.end() }
    try watch.waitUntilItSaysNext("Watching Optimization Center.xlsx: Targets")
    try put("'first'", in: cell, of: "Targets", book)
    try watch.waitUntilItSaysNext("OK  Targets  Saved")
    // What the first save wrote would have been saved by now, were it taken for a change: the second takes as long to be noticed.
    try put("'second'", in: cell, of: "Targets", book)
    try watch.waitUntilItSaysNext("OK  Targets  Saved")
    #expect(watch.interrupt() == 0)
    try watch.waitUntilItSaysNext("Watches no longer.")
    #expect(try saves(in: system) - before == 2)
    let again = try system.lodestar("save", book.path, "Targets")
    #expect(again.output.contains("(0 changed, "), "\(again.transcript)")
  }

  private func saves(in system: RunningSystem) throws -> Int {
    let runs = try system.json("actions", "list", "--limit", "200")["actionRuns"] as? [[String: Any]] ?? []
    return runs.count { $0["action"] as? String == "pm.save_selected" }
  }
}
