import Foundation
import TestSupport
import Testing

/// Random workbooks that another program wrote, and random actions on them: whatever comes, only Lodestar's own cells change.
///
/// LODESTAR_RANDOM_SEEDS=7,8,9 repeats what failed, or looks further.
@Suite(.runningSystem, .serialized) struct RandomWorkbookTests {
  private static let seeds: [Int] = {
    let named = ProcessInfo.processInfo.environment["LODESTAR_RANDOM_SEEDS"]?.split(separator: ",").compactMap { Int($0) }
    return named ?? [1, 2, 3, 4, 5, 6]
  }()

  @Test(.timeLimit(.minutes(10)))
  func `every cell that is not Lodestar's, every formula and every other part of the file stays as it was`() throws {
    let system = try RunningSystem.current
    let example = try system.savedWorkbooks()
    let center = example.appendingPathComponent("Optimization Center.xlsx").path
    let run = try system.lodestar("optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all")
    try #require(run.status == 0, "\(run.transcript)")
    for seed in Self.seeds {
      let folder = system.folder.appendingPathComponent("random-\(seed)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let outcome = try Program.python(
        script: "random_actions.py",
        [
          Program.repository.appendingPathComponent("Protos").path, system.state.appendingPathComponent("tls").path,
          try system.address(of: "sync"), example.path, folder.path, "\(seed)", "10",
        ])
      print("seed \(seed): \(outcome.output.split(separator: "\n").last ?? "")")
      #expect(outcome.status == 0, "LODESTAR_RANDOM_SEEDS=\(seed) repeats this:\n\(outcome.transcript)")
    }
  }
}
