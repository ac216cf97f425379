import Foundation
import Glibc
import TestSupport

/// When a process is killed while a command is at work.
enum KillMoment: CustomStringConvertible {
  /// So long after the command was started.
  case after(microseconds: Int)
  /// So long after the command has said that the action is at a step.
  case step(String, microseconds: Int)

  var description: String {
    switch self {
    case .after(let time): "\(time) µs after its start"
    case .step(let name, let time): "\(time) µs after its step \(name) began"
    }
  }
}

/// A command of the command line during which a process is killed.
enum KilledCommand {
  /// A command that says nothing more for so long is stuck.
  private static let mostMilliseconds: Int32 = 60_000

  /// Runs the command and kills the process at the moment. Returns when both have ended.
  static func run(_ arguments: [String], in system: RunningSystem, killing process: pid_t, at moment: KillMoment) throws -> Outcome
  {
    try run(arguments, in: system, at: moment) { RunningSystem.killNow(process) }
  }

  /// Runs the command and does something to the system at the moment; for a time, at the command's end when that comes first.
  ///
  /// Throws when the command has ended without a word of the step that was to be struck.
  static func run(
    _ arguments: [String], in system: RunningSystem, at moment: KillMoment, _ strike: () -> Void
  ) throws -> Outcome {
    let command = Process()
    let (output, errors) = (Pipe(), Pipe())
    command.executableURL = Program.builtProducts.appendingPathComponent("lodestar")
    command.arguments = arguments
    command.environment = ProcessInfo.processInfo.environment.merging(["LODESTAR_STATE": system.state.path]) { $1 }
    command.standardOutput = output
    command.standardError = errors
    command.standardInput = FileHandle.nullDevice
    try command.run()
    var said = ""
    switch moment {
    case .after(let time): usleep(UInt32(time))
    case .step(let name, let time):
      while !said.contains("  \(name): ") {
        guard let more = try read(errors) else {
          throw RunningSystem.Failure(description: "the command never said that it was at its step \(name):\n\(said)")
        }
        said += more
      }
      usleep(UInt32(time))
    }
    strike()
    while let more = try read(errors) { said += more }
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    command.waitUntilExit()
    return Outcome(status: command.terminationStatus, output: String(decoding: answer, as: UTF8.self), errors: said)
  }

  /// What came next; nil at the end.
  private static func read(_ pipe: Pipe) throws -> String? {
    var readable = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&readable, 1, mostMilliseconds) == 1 else {
      throw RunningSystem.Failure(description: "the command neither spoke nor ended for \(mostMilliseconds / 1_000) s")
    }
    let bytes = pipe.fileHandleForReading.availableData
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
