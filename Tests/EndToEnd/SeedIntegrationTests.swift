import Foundation
import TestSupport
import Testing

/// The integration tests that the seed documents name: what people type goes to the database and back unharmed, for every tab; sheets
/// with gaps are read in chunks and end where they should; and a run done again gives the same.
@Suite(.runningSystem, .serialized, .timeLimit(.minutes(10))) struct SeedIntegrationTests {
  private func folder() throws -> URL {
    let folder = try RunningSystem.current.folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test(arguments: [
    "Metrics_Config", "Central Backlog", "KPI_Contributions", "MathModels", "Params", "Scoring_Inputs", "Candidates",
    "Scenario_Config", "Constraints", "Targets", "Results", "Gaps_Alerts",
  ])
  func `round trip of a tab: sheet to database and back`(tab: String) throws {
    let system = try RunningSystem.current
    let outcome = try Program.python(
      script: "tab_round_trip.py",
      [Program.repository.appendingPathComponent("Protos").path, system.state.appendingPathComponent("tls").path]
        + ["metrics", "compiler", "sync"].map { try system.address(of: $0) } + [try folder().path, tab])
    #expect(outcome.status == 0, "\(outcome.transcript)")
  }

  /// A status needs three ranges in a row of columns that do not stand side by side: 600 rows are several chunks of 200 ranges.
  @Test func `chunking behaviour on a sparse sheet: every row is answered, and no cell beside it is touched`() throws {
    let system = try RunningSystem.current
    let book = try folder().appendingPathComponent("Sparse.xlsx")
    let written = try Program.python(script: "sparse_sheet.py", ["write", book.path, "200", "7"])
    try #require(written.status == 0, "\(written.transcript)")
    let saved = try system.lodestar("save", book.path, "Central Backlog")
    #expect(saved.status == 0 && saved.output.contains("600"), "\(saved.transcript)")
    let checked = try Program.python(script: "sparse_sheet.py", ["check", book.path, "600"])
    #expect(checked.status == 0, "\(checked.transcript)")
  }

  @Test(arguments: [(49, 9), (50, 3)])
  func `blank-run cutoff on a sparse sheet: 49 blank rows are a gap, 50 the end, and the rest is told`(gap: Int, read: Int) throws {
    let system = try RunningSystem.current
    let book = try folder().appendingPathComponent("Gap.xlsx")
    let written = try Program.python(script: "sparse_sheet.py", ["write", book.path, "3", "\(gap)"])
    try #require(written.status == 0, "\(written.transcript)")
    let saved = try system.lodestar("save", book.path, "Central Backlog")
    #expect(saved.status == 0, "\(saved.transcript)")
    #expect((saved.output + saved.errors).contains("blank rows it counts as ended") == (read == 3), "\(saved.transcript)")
    let checked = try Program.python(script: "sparse_sheet.py", ["check", book.path, "\(read)"])
    #expect(checked.status == 0, "\(checked.transcript)")
  }

  @Test func `deterministic rerun: the same sheets give the same snapshot and the same portfolio`() throws {
    let system = try RunningSystem.current
    var portfolios: [String] = []
    for _ in 0..<2 {
      // Fresh workbooks, saved anew: nothing may depend on how often or from where the rows were saved.
      let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx").path
      let run = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all")
      try #require(run.status == 0, "\(run.transcript)")
      let newest = try #require((try system.json("runs", "list")["runs"] as? [[String: Any]])?.first)
      let shown = try system.json("runs", "show", try #require(newest["runId"] as? String))
      let about = shown["run"] as? [String: Any] ?? shown
      let kept = ["result", "problemHash", "revision"].reduce(into: [String: Any]()) { $0[$1] = about[$1] }
      try #require(kept["result"] != nil)
      portfolios.append(String(decoding: try JSONSerialization.data(withJSONObject: kept, options: .sortedKeys), as: UTF8.self))
    }
    #expect(portfolios[0] == portfolios[1])
  }
}
