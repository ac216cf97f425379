import Foundation

/// The built command line, with a system of its own.
struct Lodestar {
  let program: URL
  let state: URL

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs the command, which must succeed; answers what it printed and how long it took, in seconds.
  @discardableResult
  func run(_ arguments: [String]) throws -> (output: String, seconds: Double) {
    let start = ContinuousClock.now
    let output = try Self.run(program, arguments, environment: ["LODESTAR_STATE": state.path])
    let elapsed = (ContinuousClock.now - start).components
    return (output, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
  }

  func json(_ arguments: [String]) throws -> [String: Any] {
    let output = try run(arguments + ["--json"]).output
    guard let value = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] else {
      throw Failure(description: "\(arguments.joined(separator: " ")) printed no JSON object: \(output)")
    }
    return value
  }

  static func run(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(program.lastPathComponent) \(arguments.joined(separator: " ")) failed:\n\(text)")
    }
    return text
  }
}
