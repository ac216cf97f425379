public import Foundation

/// What a program that ran left behind.
public struct Outcome: Sendable {
  public let status: Int32
  public let output: String
  public let errors: String

  public init(status: Int32, output: String, errors: String) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// Standard output and standard error as a person at a terminal sees them, for failure messages.
  public var transcript: String { "exit \(status)\n\(output)\(errors)" }
}

/// Runs programs as a user would: by their names, with their arguments, reading what they print.
public enum Program {
  /// The folder of the executables that this build made; the test bundle stands among them.
  public static let builtProducts: URL = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let file = URL(fileURLWithPath: bundle).standardizedFileURL
    let parts = file.pathComponents
    let end = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
    return parts[1..<end].reduce(URL(fileURLWithPath: "/")) { $0.appendingPathComponent($1) }
  }()

  /// The repository's root, found from this file.
  public static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  public static func lodestar(_ arguments: [String], state: URL) throws -> Outcome {
    try run(builtProducts.appendingPathComponent("lodestar"), arguments, environment: ["LODESTAR_STATE": state.path])
  }

  public static func run(_ executable: URL, _ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("lodestar-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let output = scratch.appendingPathComponent("out")
    let errors = scratch.appendingPathComponent("err")
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// The first of the given programs that is on this machine, by PATH.
  public static func find(_ names: String...) -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return names.lazy
      .flatMap { name in folders.lazy.map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) } }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Python with the packages of Tests/requirements.txt: the one that `make` installed, or the machine's own.
  public static let python: URL? = {
    let installed = repository.appendingPathComponent(".build/tools/bin/python3")
    let candidate = FileManager.default.isExecutableFile(atPath: installed.path) ? installed : find("python3")
    guard let candidate,
      let probe = try? run(
        candidate,
        ["-c", "import grpc, grpc_tools, grpc_health, grpc_reflection, openpyxl, googleapiclient, cryptography, gspread"]),
      probe.status == 0
    else { return nil }
    return candidate
  }()

  public static func python(script: String, _ arguments: [String]) throws -> Outcome {
    guard let python else { throw MissingProgram(name: "python3 with Tests/requirements.txt", mend: "make tools") }
    return try run(python, [repository.appendingPathComponent("Tests/EndToEnd/Python/\(script)").path] + arguments)
  }
}

/// A program that a test needs is not on this machine.
public struct MissingProgram: Error, CustomStringConvertible {
  public let name: String
  public let mend: String

  public init(name: String, mend: String) {
    self.name = name
    self.mend = mend
  }

  public var description: String { "\(name) is not on this machine; \(mend) installs it" }
}
