import Foundation
import Glibc
import TestSupport
import Testing

/// A command of the command line that goes on until somebody ends it.
final class RunningCommand {
  /// How long it may say nothing while words are waited for.
  private static let mostMilliseconds: Int32 = 20_000

  private let process = Process()
  private let output = Pipe()
  private var printed = ""
  /// What of it comes after all that was waited for in turn.
  private var rest = ""

  init(_ arguments: String..., state: URL) throws {
    process.executableURL = Program.builtProducts.appendingPathComponent("lodestar")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["LODESTAR_STATE": state.path]) { $1 }
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// Waits until it has printed these words after those that were waited for by this call before.
  func waitUntilItSaysNext(_ words: String) throws {
    while !rest.contains(words) { try readMore(words) }
    rest.removeSubrange(..<rest.range(of: words)!.upperBound)
  }

  /// Waits until it has printed these words; throws with all that it printed when it ends or falls silent without.
  func waitUntilItSays(_ words: String...) throws {
    while !words.allSatisfy(printed.contains) { try readMore(words.joined(separator: ", ")) }
  }

  private func readMore(_ words: String) throws {
    var readable = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    let isReadable = unsafe poll(&readable, 1, Self.mostMilliseconds) == 1
    let bytes = isReadable ? output.fileHandleForReading.availableData : Data()
    try #require(!bytes.isEmpty, "never said \(words): \(printed)")
    let more = String(decoding: bytes, as: UTF8.self)
    printed += more
    rest += more
  }

  /// Asks it to end, as Ctrl-C does, waits, and answers how it ended: its exit code, or the signal that ended it, negative.
  func interrupt() -> Int32 {
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// The hard way: where tests run, a child may have been given a mask that holds a softer signal back.
  func end() { RunningSystem.killNow(process.processIdentifier) }
}
