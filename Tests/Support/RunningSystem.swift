public import Foundation
import Glibc
import LocalSystem

/// The whole system, started by the command line as a user would, with folders of its own.
public struct RunningSystem: Sendable {
  /// Where the private cluster, the logs and the process ids are.
  public let state: URL
  /// A folder for workbooks.
  public let folder: URL

  /// The system that the current test's suite started.
  @TaskLocal public static var started: RunningSystem?

  /// What went wrong while the system was started or asked.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  public static var current: RunningSystem {
    get throws {
      guard let started else { throw Failure(description: "the suite lacks the trait .runningSystem") }
      return started
    }
  }

  public static func start() throws -> RunningSystem {
    let root = URL(fileURLWithPath: try Scratch.directory("system"))
    let system = RunningSystem(state: root.appendingPathComponent("state"), folder: root.appendingPathComponent("books"))
    try FileManager.default.createDirectory(at: system.folder, withIntermediateDirectories: true)
    // Stopped at the process' end as well, should a suite be torn down before it could.
    Scratch.atExit { system.stop() }
    let up = try system.lodestar("up")
    guard up.status == 0 else {
      system.stop()
      throw Failure(description: "`lodestar up` failed: \(up.transcript)")
    }
    return system
  }

  public func stop() {
    guard FileManager.default.fileExists(atPath: state.path) else { return }
    _ = try? lodestar("down")
    try? FileManager.default.removeItem(at: state.deletingLastPathComponent())
  }

  public func lodestar(_ arguments: String...) throws -> Outcome { try Program.lodestar(arguments, state: state) }

  /// The answer of a command that is expected to end with 0, as JSON.
  public func json(_ arguments: String...) throws -> [String: Any] {
    let outcome = try Program.lodestar(arguments + ["--json"], state: state)
    guard outcome.status == 0,
      let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    else { throw Failure(description: "lodestar \(arguments.joined(separator: " ")): \(outcome.transcript)") }
    return value
  }

  /// A fresh copy of the example workbooks.
  public func exampleWorkbooks(_ template: String = "example") throws -> URL {
    let fresh = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
    let outcome = try lodestar("workbook", "init", fresh.path, "--template", template)
    guard outcome.status == 0 else { throw Failure(description: "workbook init: \(outcome.transcript)") }
    return fresh
  }

  /// The input tabs of the example, in the order in which they build on each other, each with its workbook.
  public static let inputTabs = [
    ("ProductOps.xlsx", "Metrics_Config"), ("Central Backlog.xlsx", "Central Backlog"), ("ProductOps.xlsx", "KPI_Contributions"),
    ("ProductOps.xlsx", "MathModels"), ("ProductOps.xlsx", "Params"), ("ProductOps.xlsx", "Scoring_Inputs"),
    ("Optimization Center.xlsx", "Candidates"), ("Optimization Center.xlsx", "Scenario_Config"),
    ("Optimization Center.xlsx", "Constraints"), ("Optimization Center.xlsx", "Targets"),
  ]

  /// Fresh example workbooks, every input tab of them saved.
  public func savedWorkbooks() throws -> URL {
    let books = try exampleWorkbooks()
    try saveEveryTab(of: books)
    return books
  }

  public func saveEveryTab(of books: URL) throws {
    for (book, tab) in Self.inputTabs {
      let outcome = try lodestar("save", books.appendingPathComponent(book).path, tab)
      guard outcome.status == 0 else { throw Failure(description: "save \(tab): \(outcome.transcript)") }
    }
  }

  private func processes() throws -> [[String: Any]] {
    let status = try json("status")
    return (status["services"] as? [[String: Any]] ?? []) + [status["database"] as? [String: Any] ?? [:]]
  }

  /// HOST:PORT of a service, by its short name.
  public func address(of service: String) throws -> String {
    let match = try processes().first { ($0["name"] as? String)?.hasSuffix(service) == true }
    guard let address = match?["address"] as? String else { throw Failure(description: "`lodestar status` names no \(service)") }
    return address
  }

  /// The process id of a service, by its short name, or of "postgres".
  public func processID(of service: String) throws -> pid_t {
    let match = try processes().first { ($0["name"] as? String)?.hasSuffix(service) == true }
    guard let id = (match?["pid"] as? NSNumber)?.int32Value, id > 1 else {
      throw Failure(description: "`lodestar status` names no process of \(service): \(match ?? [:])")
    }
    return id
  }

  /// Runs SQL in the system's database, as its administrator.
  public func administrate(_ sql: String) throws {
    _ = try cluster().administer(sql, database: Provisioning.database)
  }

  /// What the system's database answers its administrator: rows of columns parted by |.
  public func ask(_ sql: String) throws -> String {
    let answer = try cluster().administer(sql, database: Provisioning.database)
    return answer.hasSuffix("\n") ? String(answer.dropLast()) : answer
  }

  /// Waits until every action has ended, what became of those that were interrupted is found out, and every workbook has its statuses.
  public func waitUntilNothingIsOwed(seconds: Int = 30) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    let question =
      "SELECT (SELECT count(*) FROM sync.action_runs WHERE status = 1 OR is_unsettled) || ' actions at work, '"
      + " || (SELECT count(*) FROM sync.unfinished_writes) || ' with statuses owed'"
    while true {
      let answer = try ask(question)
      if answer == "0 actions at work, 0 with statuses owed" { return }
      guard ContinuousClock.now < end else { throw Failure(description: "after \(seconds) s there are still \(answer)") }
    }
  }

  func cluster() throws -> PrivateCluster {
    try PrivateCluster(directory: state.appendingPathComponent("postgres").path, durability: .durable)
  }

  /// Moves the clock by which metrics are governed.
  public func moveGovernanceClock(byDays days: Int) throws {
    try administrate(
      """
      CREATE OR REPLACE FUNCTION metrics.governance_now() RETURNS timestamptz LANGUAGE sql
      AS $$ SELECT clock_timestamp() + interval '\(days) days' $$
      """)
  }

  /// Ends a service as a power cut would, and waits until it is gone.
  public func killNow(_ service: String) throws { Self.killNow(try processID(of: service)) }

  /// Ends a process as a power cut would, and waits until it is gone.
  public static func killNow(_ process: pid_t) {
    guard kill(process, SIGKILL) == 0 else { return }
    while kill(process, 0) == 0, !isZombie(process) { usleep(5_000) }
  }

  private static func isZombie(_ id: pid_t) -> Bool {
    (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8))?.split(separator: ")").last?.hasPrefix(" Z") == true
  }
}
