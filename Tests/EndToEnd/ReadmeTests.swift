import Foundation
import TestSupport
import Testing

/// What README tells other teams to do, done as written.
@Suite(.runningSystem, .serialized) struct ReadmeTests {
  @Test func `another team's ten lines of Python read the registry`() throws {
    guard let python = Program.python else { throw MissingProgram(name: "python3 with grpcio", mend: "make tools") }
    let system = try RunningSystem.current
    _ = try system.savedWorkbooks()
    let lines = try Self.script()
    #expect(lines.count <= 10)

    // The folder that README speaks of: the tree's, with a system in .lodestar.
    let folder = system.folder.appendingPathComponent("another-team")
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    let protos = Program.repository.appendingPathComponent("Protos")
    try files.createSymbolicLink(at: folder.appendingPathComponent("Protos"), withDestinationURL: protos)
    try files.createSymbolicLink(at: folder.appendingPathComponent(".lodestar"), withDestinationURL: system.state)
    try lines.joined(separator: "\n").write(to: folder.appendingPathComponent("call.py"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "cd '\(folder.path)' && '\(python.path)' call.py \(try system.address(of: "metrics"))"])
    #expect(outcome.status == 0, "\(outcome.transcript)")
    #expect(outcome.output.contains("NSM_ORDERS"), "\(outcome.transcript)")
  }

  @Test func `governing a metric prints what README shows`() throws {
    let system = try RunningSystem.current
    try Self.expect("## Governing a metric", steps: 11, in: system)
  }

  /// In a system of its own: what a save changes depends on what was saved before.
  @Test func `planning in spreadsheets prints what README shows`() throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    try Self.expect("## Planning in spreadsheets", steps: 6, in: system)
  }

  /// Does what a section says, command by command, and compares what is printed.
  private static func expect(_ heading: String, steps fewest: Int, in system: RunningSystem) throws {
    let steps = try Self.steps(of: heading)
    #expect(steps.count >= fewest)
    let path = Program.builtProducts.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    for step in steps {
      let outcome = try Program.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", "cd '\(system.folder.path)' && { \(step.command)\n} 2>&1"],
        environment: ["PATH": path, "LODESTAR_STATE": system.state.path])
      let problem = step.problem(with: outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      try #require(problem == nil, "\(step.command)\n\(problem ?? "")\n\(outcome.output)")
    }
  }

  /// The commands of a section with what it shows of their output.
  private static func steps(of heading: String) throws -> [ShownCommand] {
    let lines = try lines()
    let start = try #require(lines.firstIndex(of: heading))
    var steps: [ShownCommand] = []
    for line in lines[(start + 1)...].prefix(while: { !$0.hasPrefix("## ") }) where line.hasPrefix("    ") {
      let text = String(line.dropFirst(4))
      if text.hasPrefix("$ ") {
        steps.append(ShownCommand(command: String(text.dropFirst(2))))
      } else if steps.last?.command.hasSuffix("\\") == true {
        steps[steps.count - 1].command += "\n" + text
      } else {
        steps[steps.count - 1].shown.append(text)
      }
    }
    return steps
  }

  private static func lines() throws -> [String] {
    let readme = try String(contentsOf: Program.repository.appendingPathComponent("README.md"), encoding: .utf8)
    return readme.components(separatedBy: "\n")
  }

  /// README's indented block that begins with the import of grpc.
  private static func script() throws -> [String] {
    let lines = try lines()
    let start = try #require(lines.firstIndex { $0.hasPrefix("    import ") && $0.contains("grpc") })
    return lines[start...].prefix { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
  }
}
