import Foundation
import TestSupport
import Testing

/// The main job, end to end, as a product manager does it: workbooks in, the best portfolio and its reasons back in the workbooks.
@Suite(.runningSystem, .serialized) struct MainJobTests {
  @Test func `every input tab is saved, the portfolio comes back, and nothing else in the files has changed`() throws {
    let system = try RunningSystem.current
    let books = try system.exampleWorkbooks()
    let before = books.appendingPathComponent("before")
    try FileManager.default.createDirectory(at: before, withIntermediateDirectories: true)
    for book in Set(RunningSystem.inputTabs.map(\.0)) {
      try FileManager.default.copyItem(at: books.appendingPathComponent(book), to: before.appendingPathComponent(book))
    }

    try system.saveEveryTab(of: books)
    let center = books.appendingPathComponent("Optimization Center.xlsx").path
    let optimized = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all")
    #expect(optimized.status == 0, "\(optimized.transcript)")

    let check = try Program.python(script: "workbook_check.py", [before.path, books.path])
    #expect(check.status == 0, "\(check.transcript)")
    let oracle = try Program.python(script: "solve_again.py", [books.path, "Q1-2026 Core", "Baseline"])
    #expect(oracle.status == 0, "\(oracle.transcript)")
  }

  @Test func `what may be in as its mvp is in as whichever form serves the portfolio`() throws {
    let system = try RunningSystem.current
    let books = try system.exampleWorkbooks()
    let center = books.appendingPathComponent("Optimization Center.xlsx").path
    let offered = try Program.python(script: "offer_forms.py", [center])
    try #require(offered.status == 0, "\(offered.transcript)")
    try system.saveEveryTab(of: books)
    let optimized = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all")
    #expect(optimized.status == 0, "\(optimized.transcript)")
    #expect(optimized.transcript.contains("(mvp)"), "\(optimized.transcript)")
    let oracle = try Program.python(script: "solve_again.py", [books.path, "Q1-2026 Core", "Baseline"])
    #expect(oracle.status == 0, "\(oracle.transcript)")
    #expect(!oracle.transcript.contains(", 0 of them as mvp by choice"), "\(oracle.transcript)")
  }

  @Test func `LibreOffice reads the new cells`() throws {
    guard let office = Program.find("soffice", "libreoffice") else {
      print("SKIPPED: LibreOffice is not on this machine; `make tools` with CI=true installs it")
      return
    }
    let system = try RunningSystem.current
    let books = try system.exampleWorkbooks()
    try system.saveEveryTab(of: books)
    let center = books.appendingPathComponent("Optimization Center.xlsx")
    let run = try system.lodestar("optimize", center.path, "Q1-2026 Core", "--set", "Baseline", "--all")
    try #require(run.status == 0, "\(run.transcript)")
    let profile = books.appendingPathComponent("profile")
    let sheets = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    let converted = try Program.run(
      office,
      [
        "-env:UserInstallation=file://\(profile.path)", "--headless", "--convert-to", sheets, "--outdir", books.path, center.path,
      ])
    try #require(converted.status == 0, "\(converted.transcript)")
    let results = try String(contentsOf: books.appendingPathComponent("Optimization Center-Results.csv"), encoding: .utf8)
    #expect(results.contains("INIT-000017"))
    #expect(results.contains("run_20"))
    let candidates = try String(contentsOf: books.appendingPathComponent("Optimization Center-Candidates.csv"), encoding: .utf8)
    #expect(candidates.contains("OK"))
  }

  @Test func `Python's grpcio calls every service from the same proto files`() throws {
    let system = try RunningSystem.current
    _ = try system.savedWorkbooks()
    let outcome = try Program.python(
      script: "grpc_calls.py",
      [Program.repository.appendingPathComponent("Protos").path, system.state.appendingPathComponent("tls").path]
        + ["metrics", "compiler", "optimizer", "sync"].map { try system.address(of: $0) })
    #expect(outcome.status == 0, "\(outcome.transcript)")
  }

  @Test func `only the selected candidates are optimized when that is asked for`() throws {
    let system = try RunningSystem.current
    let books = try system.exampleWorkbooks()
    try system.saveEveryTab(of: books)
    let center = books.appendingPathComponent("Optimization Center.xlsx").path
    let all = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all")
    let selected = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--selected")
    #expect(all.status == 0 && selected.status == 0, "\(all.transcript)\(selected.transcript)")
    let runs = try #require(try system.json("runs", "list")["runs"] as? [[String: Any]])
    let counts = runs.prefix(2).compactMap { $0["candidateCount"] as? Int }
    try #require(counts.count == 2)
    #expect(counts[0] < counts[1], "selected \(counts[0]), all \(counts[1])")
  }

  @Test func `the same input gives the same answer`() throws {
    let system = try RunningSystem.current
    let books = try system.exampleWorkbooks()
    try system.saveEveryTab(of: books)
    let center = books.appendingPathComponent("Optimization Center.xlsx").path
    var answers: [String] = []
    for _ in 0..<2 {
      let run = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all")
      try #require(run.status == 0, "\(run.transcript)")
      let newest = try #require((try system.json("runs", "list")["runs"] as? [[String: Any]])?.first?["runId"] as? String)
      let shown = try system.json("runs", "show", newest)
      let result = try #require((shown["result"] ?? (shown["run"] as? [String: Any])?["result"]) as? [String: Any])
      answers.append(String(decoding: try JSONSerialization.data(withJSONObject: result, options: .sortedKeys), as: UTF8.self))
    }
    #expect(answers[0] == answers[1])
  }
}
