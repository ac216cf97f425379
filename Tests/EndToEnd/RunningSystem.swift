import Foundation
import Testing

/// The whole system, started by the command line as a user would, with folders of its own; stopped when the suite ends.
struct RunningSystem: Sendable {
  /// Where the private cluster, the logs and the process ids are.
  let state: URL
  /// A folder for this suite's workbooks.
  let folder: URL

  @TaskLocal static var started: RunningSystem?

  /// The system of the suite that the current test belongs to.
  static var current: RunningSystem {
    get throws { try #require(started, "the suite lacks the trait .runningSystem") }
  }

  func lodestar(_ arguments: String...) throws -> Outcome { try Program.lodestar(arguments, state: state) }

  /// The answer of a command that is expected to do its work, as JSON.
  func json(_ arguments: String..., status: Int32 = 0) throws -> [String: Any] {
    let outcome = try Program.lodestar(arguments + ["--json"], state: state)
    try #require(outcome.status == status, "\(arguments.joined(separator: " ")): \(outcome.transcript)")
    let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require(value as? [String: Any], "\(outcome.output)")
  }

  /// A fresh copy of the example workbooks.
  func exampleWorkbooks(_ template: String = "example") throws -> URL {
    let fresh = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
    let outcome = try lodestar("workbook", "init", fresh.path, "--template", template)
    try #require(outcome.status == 0, "\(outcome.transcript)")
    return fresh
  }

  static func start() throws -> RunningSystem {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("lodestar-e2e-\(UUID().uuidString.prefix(8))")
    let system = RunningSystem(state: root.appendingPathComponent("state"), folder: root.appendingPathComponent("books"))
    try FileManager.default.createDirectory(at: system.folder, withIntermediateDirectories: true)
    let up = try system.lodestar("up")
    if up.status != 0 {
      system.stop()
      throw StartFailure(transcript: up.transcript)
    }
    return system
  }

  func stop() {
    _ = try? lodestar("down")
    try? FileManager.default.removeItem(at: state.deletingLastPathComponent())
  }

  struct StartFailure: Error, CustomStringConvertible {
    let transcript: String
    var description: String { "`lodestar up` failed: \(transcript)" }
  }
}

/// Starts the system before the suite's first test and stops it after the last.
struct RunningSystemTrait: SuiteTrait, TestScoping {
  func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    try await RunningSystem.$started.withValue(system) { try await function() }
  }
}

extension Trait where Self == RunningSystemTrait {
  static var runningSystem: Self { RunningSystemTrait() }
}
