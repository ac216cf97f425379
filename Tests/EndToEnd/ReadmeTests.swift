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

  /// README's indented block that begins with the import of grpc.
  private static func script() throws -> [String] {
    let readme = try String(contentsOf: Program.repository.appendingPathComponent("README.md"), encoding: .utf8)
    let lines = readme.components(separatedBy: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("    import ") && $0.contains("grpc") })
    return lines[start...].prefix { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
  }
}
