import Dispatch
import Foundation
import TestSupport
import Testing

/// kill -9 of any one service in the middle of an action loses nothing acknowledged; the action says so and can be repeated.
@Suite(.serialized) struct KilledServiceTests {
  static let services = ["sync", "compiler", "metrics", "optimizer"]

  /// Runs the command, and kills the service so many milliseconds after it began; returns when both have ended.
  private func run(
    _ arguments: [String], in system: RunningSystem, killing service: String, afterMilliseconds delay: UInt32
  ) throws -> Outcome {
    let process = try system.processID(of: service)
    let killed = DispatchSemaphore(value: 0)
    let killer = Thread {
      usleep(delay * 1_000)
      RunningSystem.killNow(process)
      killed.signal()
    }
    killer.start()
    let outcome = try Program.lodestar(arguments, state: system.state)
    killed.wait()
    return outcome
  }

  /// Every action that was recorded has an end, and the file is a workbook that can be read.
  private func expectOrder(in system: RunningSystem, _ workbook: URL) throws {
    let actions = try #require(try system.json("actions", "list")["actionRuns"] as? [[String: Any]])
    #expect(actions.allSatisfy { $0["status"] as? String != "ACTION_STATUS_RUNNING" }, "\(actions.prefix(3))")
    let reading = try Program.run(
      try #require(Program.python), ["-c", "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1])", workbook.path])
    #expect(reading.status == 0, "\(reading.transcript)")
  }

  @Test(arguments: services) func `a save survives the death of a service`(service: String) throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    for delay: UInt32 in [1, 20, 45, 70, 110, 160] {
      let interrupted = try run(
        ["save", center.path, "Constraints"], in: system, killing: service, afterMilliseconds: delay)
      let said = interrupted.output + interrupted.errors
      #expect(interrupted.status == 0 || said.contains("lodestar up"), "after \(delay) ms: \(interrupted.transcript)")
      #expect(try system.lodestar("up").status == 0)
      try expectOrder(in: system, center)
      let repeated = try system.lodestar("save", center.path, "Constraints")
      #expect(repeated.status == 0, "after \(delay) ms: \(repeated.transcript)")
    }
  }

  @Test(arguments: services) func `an optimization survives the death of a service`(service: String) throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    let center = try system.savedWorkbooks().appendingPathComponent("Optimization Center.xlsx")
    let command = ["optimize", center.path, "Q1-2026 Core", "--set", "Baseline", "--all"]
    var acknowledged: Set<String> = []
    for delay: UInt32 in [1, 30, 60, 100, 180, 300] {
      let interrupted = try run(command, in: system, killing: service, afterMilliseconds: delay)
      let said = interrupted.output + interrupted.errors
      #expect(interrupted.status == 0 || said.contains("lodestar up"), "after \(delay) ms: \(interrupted.transcript)")
      #expect(try system.lodestar("up").status == 0)
      try expectOrder(in: system, center)
      // An empty list is left out of the JSON.
      let runs = try system.json("runs", "list")["runs"] as? [[String: Any]] ?? []
      let known = Set(runs.compactMap { $0["runId"] as? String })
      #expect(acknowledged.isSubset(of: known), "lost: \(acknowledged.subtracting(known))")
      acknowledged = known
      let repeated = try Program.lodestar(command, state: system.state)
      #expect(repeated.status == 0, "after \(delay) ms: \(repeated.transcript)")
    }
  }

  @Test func `what was acknowledged is there after PostgreSQL was killed`() throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    let books = try system.savedWorkbooks()
    let center = books.appendingPathComponent("Optimization Center.xlsx")
    let first = try system.lodestar("optimize", center.path, "Q1-2026 Core", "--set", "Baseline", "--all")
    #expect(first.status == 0, "\(first.transcript)")
    let before = try system.json("runs", "list")["runs"] as? [[String: Any]]
    let metrics = try system.json("metrics", "kpis")
    try system.killNow("postgres")
    #expect(try system.lodestar("up").status == 0)
    let after = try system.json("runs", "list")["runs"] as? [[String: Any]]
    #expect(before?.map { $0["runId"] as? String } == after?.map { $0["runId"] as? String })
    #expect(try system.json("metrics", "kpis")["revision"] as? String == metrics["revision"] as? String)
  }
}
