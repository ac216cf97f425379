import Foundation

/// Measures the main job on the built programs: saving 1,000 candidates with their statuses written back, the demo's solves, a million
/// audit events verified, and each service's memory at rest. Prints medians, and each as a share of what was promised.
///
/// usage: MainJob [FOLDER OF THE BUILT PROGRAMS]   (default: .build/release; needs `make build` and, once, `make test`'s Python tools)
@main struct MainJob {
  static let rounds = 7
  static let candidates = 1_000

  static func main() {
    do {
      try measure()
    } catch {
      print("not measured: \(error)")
      exit(1)
    }
  }

  static func measure() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let named = CommandLine.arguments.dropFirst().first.map { URL(fileURLWithPath: $0) }
    let folder = named ?? root.appendingPathComponent(".build/release")
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("lodestar-bench-\(UUID().uuidString.prefix(8))")
    let lodestar = Lodestar(
      program: folder.appendingPathComponent("lodestar"), state: scratch.appendingPathComponent("state"))
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer {
      _ = try? lodestar.run(["down"])
      try? FileManager.default.removeItem(at: scratch)
    }
    try lodestar.run(["up"])
    try printMemory(lodestar)
    try measureSolves(lodestar, in: scratch.appendingPathComponent("example"))
    try measureSaves(lodestar, in: scratch.appendingPathComponent("large"), python: python(root))
    try measureAudit(lodestar, in: scratch.appendingPathComponent("audit"), python: python(root))
  }

  static func python(_ root: URL) -> URL {
    let installed = root.appendingPathComponent(".build/tools/bin/python3")
    return FileManager.default.isExecutableFile(atPath: installed.path) ? installed : URL(fileURLWithPath: "/usr/bin/python3")
  }

  static let tabs = [
    ("ProductOps.xlsx", "Metrics_Config"), ("Central Backlog.xlsx", "Central Backlog"), ("ProductOps.xlsx", "KPI_Contributions"),
    ("Optimization Center.xlsx", "Candidates"), ("Optimization Center.xlsx", "Scenario_Config"),
    ("Optimization Center.xlsx", "Constraints"), ("Optimization Center.xlsx", "Targets"),
  ]

  static func makeBooks(_ lodestar: Lodestar, in folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try lodestar.run(["workbook", "init", folder.path, "--template", "example"])
  }

  static func printMemory(_ lodestar: Lodestar) throws {
    let services = try lodestar.json(["status"])["services"] as? [[String: Any]] ?? []
    for service in services {
      let bytes = (service["residentBytes"] as? NSNumber)?.doubleValue ?? .nan
      report("\(service["name"] ?? "?") at rest", bytes / 1_048_576, "MiB", promised: 64)
    }
  }

  static func measureSolves(_ lodestar: Lodestar, in folder: URL) throws {
    try makeBooks(lodestar, in: folder)
    for (book, tab) in tabs { try lodestar.run(["save", folder.appendingPathComponent(book).path, tab]) }
    let center = folder.appendingPathComponent("Optimization Center.xlsx").path
    var solves: [Double] = []
    var commands: [Double] = []
    for _ in 0..<rounds {
      commands.append(try lodestar.run(["optimize", center, "Q1-2026 Core", "--set", "Baseline", "--all"]).seconds)
      let run = (try lodestar.json(["runs", "list"])["runs"] as? [[String: Any]])?.first ?? [:]
      func moment(_ name: String) -> Double { (run[name] as? String).flatMap(Double.init) ?? .nan }
      solves.append((moment("finishedAtUs") - moment("startedAtUs")) / 1e6)
    }
    report("the demo's solve", median(solves), "s", promised: 1)
    report("the same with reading, writing and the command", median(commands), "s", promised: nil)
  }

  static func measureSaves(_ lodestar: Lodestar, in folder: URL, python: URL) throws {
    try makeBooks(lodestar, in: folder)
    let script = Bundle.module.url(forResource: "grow", withExtension: "py")!
    _ = try Lodestar.run(python, [script.path, folder.path, "\(candidates)"])
    try lodestar.run(["save", folder.appendingPathComponent("Central Backlog.xlsx").path, "Central Backlog"])
    let center = folder.appendingPathComponent("Optimization Center.xlsx").path
    let saves = try (0..<rounds).map { _ in try lodestar.run(["save", center, "Candidates"]).seconds }
    report("a save of \(candidates) Candidates, statuses written back", median(saves), "s", promised: 1)
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[sorted.count / 2]
  }

  static func report(_ name: String, _ value: Double, _ unit: String, promised: Double?) {
    let share = promised.map { "  \(String(format: "%.2f", value / $0)) of the \($0.formatted()) \(unit) promised" } ?? ""
    print("\(String(format: "%9.3f", value)) \(unit.padding(toLength: 4, withPad: " ", startingAt: 0)) \(name)\(share)")
  }
}
