import Foundation
import TestSupport
import Testing

/// Wrong input gives a message that names the cell or the service and the mend, changes nothing, and leaves the file intact.
@Suite(.runningSystem, .serialized) struct WrongInputTests {
  /// Applies Python statements to a workbook through openpyxl; `book` is the workbook, `sheet` the named tab.
  private func edit(_ workbook: URL, tab: String, _ statements: String) throws {
    let script = """
      import sys, openpyxl
      book = openpyxl.load_workbook(sys.argv[1]); sheet = book[sys.argv[2]] if sys.argv[2] in book.sheetnames else None
      header = {c.value: c.column for c in sheet[1]} if sheet else {}
      def row(key): return next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == key)
      def put(key, column, value): sheet.cell(row(key), header[column]).value = value
      \(statements)
      book.save(sys.argv[1])
      """
    guard let python = Program.python else { throw MissingProgram(name: "python3 with openpyxl", mend: "make tools") }
    let outcome = try Program.run(python, ["-c", script, workbook.path, tab])
    try #require(outcome.status == 0, "\(outcome.transcript)")
  }

  private func expect(
    _ outcome: Outcome, toSay words: String..., status: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome.transcript)", sourceLocation: sourceLocation)
    let said = outcome.output + outcome.errors
    for word in words { #expect(said.contains(word), "lacks \(word):\n\(said)", sourceLocation: sourceLocation) }
  }

  @Test func `18O for a number names the cell, and the good rows are saved`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Candidates", "put('INIT-000017', 'engineering_tokens', '18O')")
    expect(try system.lodestar("save", center.path, "Candidates"), toSay: "18O", "engineering_tokens", "180")
  }

  @Test func `a missing tab is named with the tabs that are there`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Targets", "book.remove(sheet)")
    let bytes = try Data(contentsOf: center)
    expect(try system.lodestar("save", center.path, "Targets"), toSay: "Targets", "Candidates")
    #expect(try Data(contentsOf: center) == bytes)
  }

  @Test func `a missing header is named`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Constraints", "sheet.cell(1, header['constraint_type']).value = 'kind_of_rule'")
    let bytes = try Data(contentsOf: center)
    expect(try system.lodestar("save", center.path, "Constraints"), toSay: "constraint_type")
    #expect(try Data(contentsOf: center) == bytes)
  }

  @Test func `a duplicated key names both rows`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Candidates", "sheet.cell(3, 1).value = str(sheet.cell(2, 1).value).lower()")
    expect(try system.lodestar("save", center.path, "Candidates"), toSay: "row 2", "row 3")
  }

  @Test func `an unknown KPI is named with the nearest one, and the last good revision stays`() throws {
    let system = try RunningSystem.current
    let books = try system.savedWorkbooks()
    let center = books.appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Targets", "sheet.cell(2, header['kpi_key']).value = 'NSM_ORDRES'")
    expect(try system.lodestar("save", center.path, "Targets"), toSay: "NSM_ORDRES", "NSM_ORDERS")
    let run = try system.lodestar("optimize", center.path, "Q1-2026 Core", "--set", "Baseline", "--all")
    #expect(run.status == 0, "\(run.transcript)")
  }

  @Test func `a prerequisite that does not exist is named`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Candidates", "put('INIT-000081', 'prerequisite_keys', 'INIT-099999')")
    expect(try system.lodestar("save", center.path, "Candidates"), toSay: "INIT-099999", "prerequisite_keys")
  }

  @Test func `floors over capacity are named`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    let floor = "next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, header['constraint_type']).value == 'capacity_floor')"
    try edit(center, tab: "Constraints", "sheet.cell(\(floor), header['min_tokens']).value = 99999")
    expect(try system.lodestar("save", center.path, "Constraints"), toSay: "99999", "capacity")
  }

  @Test func `broken JSON in a cell is named`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    try edit(center, tab: "Scenario_Config", "put('Q1-2026 Core', 'objective_weights_json', '{\"north_star\": 0.6,')")
    expect(try system.lodestar("save", center.path, "Scenario_Config"), toSay: "objective_weights_json", "JSON")
  }

  @Test func `a truncated workbook is refused and left as it is`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    let bytes = try Data(contentsOf: center).prefix(9_000)
    try bytes.write(to: center)
    expect(try system.lodestar("save", center.path, "Candidates"), toSay: "Optimization Center.xlsx")
    #expect(try Data(contentsOf: center) == bytes)
  }

  @Test func `a workbook that is open elsewhere is refused, naming who has it`() throws {
    let system = try RunningSystem.current
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    let lock = center.deletingLastPathComponent().appendingPathComponent(".~lock.Optimization Center.xlsx#")
    try Data(",ada,desk,21.11.2026 09:00,file:///home/ada;".utf8).write(to: lock)
    let bytes = try Data(contentsOf: center)
    expect(try system.lodestar("save", center.path, "Candidates"), toSay: "ada", "close")
    #expect(try Data(contentsOf: center) == bytes)
    try FileManager.default.removeItem(at: lock)
    #expect(try system.lodestar("save", center.path, "Candidates").status == 0)
  }

  @Test func `the mistakes workbook answers every wrong row at once`() throws {
    let system = try RunningSystem.current
    _ = try system.savedWorkbooks()
    let mistakes = try system.exampleWorkbooks("mistakes").appendingPathComponent("Mistakes.xlsx")
    for tab in ["Metrics_Config", "Candidates", "Scenario_Config", "Constraints", "Targets"] {
      let outcome = try system.lodestar("save", mistakes.path, tab)
      #expect(outcome.status == 1, "\(tab): \(outcome.transcript)")
      #expect(outcome.output.contains("FAILED") || outcome.errors.contains("FAILED"), "\(tab): \(outcome.transcript)")
    }
  }
}

/// A service or the database that is down: named with its mend, nothing changed, and all well again when it is back.
@Suite(.runningSystem, .serialized) struct AbsentServiceTests {
  private func center(_ system: RunningSystem) throws -> URL {
    try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
  }

  @Test(arguments: ["compiler", "metrics", "optimizer", "sync"])
  func `a service that is down is named, the file stays intact, and the action works when it is back`(service: String) throws {
    let system = try RunningSystem.current
    let book = try center(system)
    let bytes = try Data(contentsOf: book)
    try system.killNow(service)
    let arguments =
      service == "optimizer"
      ? ["optimize", book.path, "Q1-2026 Core", "--set", "Baseline", "--all"] : ["save", book.path, "Constraints"]
    let refused = try Program.lodestar(arguments, state: system.state)
    #expect(refused.status != 0)
    #expect((refused.output + refused.errors).contains(service), "\(refused.transcript)")
    #expect((refused.output + refused.errors).contains("lodestar up"), "\(refused.transcript)")
    #expect(try Data(contentsOf: book) == bytes)
    #expect(try system.lodestar("up").status == 0)
    let repeated = try Program.lodestar(arguments, state: system.state)
    #expect(repeated.status == 0, "\(repeated.transcript)")
  }

  @Test func `a PostgreSQL that is down is named, the file stays intact, and all is well when it is back`() throws {
    let system = try RunningSystem.current
    let book = try center(system)
    let bytes = try Data(contentsOf: book)
    try system.killNow("postgres")
    let refused = try system.lodestar("save", book.path, "Constraints")
    #expect(refused.status != 0)
    #expect((refused.output + refused.errors).lowercased().contains("database"), "\(refused.transcript)")
    #expect(try Data(contentsOf: book) == bytes)
    #expect(try system.lodestar("up").status == 0)
    let repeated = try system.lodestar("save", book.path, "Constraints")
    #expect(repeated.status == 0, "\(repeated.transcript)")
  }
}
