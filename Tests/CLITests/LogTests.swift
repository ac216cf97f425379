import Foundation
import Testing

@testable import lodestar

@Suite struct LogTests {
  @Test func `a line of JSON is told as a sentence`() {
    let line =
      #"{"time":"2026-01-05T12:01:02.345678Z","level":"warning","service":"lodestar-sync","message":"slow","rows":"9","pid":4}"#
    #expect(LogEntry(line).text(style: .plain) == "12:01:02.345 warning  lodestar-sync      slow rows=9 pid=4")
    #expect(LogEntry(line).time == "2026-01-05T12:01:02.345678Z")
  }

  @Test func `a line that is no JSON is shown as it is, harmless`() {
    #expect(LogEntry("Fatal error: \u{1B}[31mindex").text(style: .plain) == "Fatal error: \u{FFFD}[31mindex")
  }

  @Test func `the last lines of a file, and what comes after them`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "lodestar-log-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let log = LogFile(path)
    #expect(log.lastLines(3).isEmpty && log.size == 0)
    try Data("one\ntwo\nthree\n".utf8).write(to: URL(filePath: path))
    #expect(log.lastLines(2) == ["two", "three"])
    let place = log.size
    try Data("one\ntwo\nthree\nfour\nfi".utf8).write(to: URL(filePath: path))
    let (lines, next) = log.lines(since: place)
    #expect(lines == ["four"] && next == place + 5)
    try Data("new\n".utf8).write(to: URL(filePath: path))
    #expect(log.lines(since: next).lines == ["new"])
  }

  @Test func `only the end of a long file is looked at`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "lodestar-log-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data((0..<100_000).map { "line \($0)\n" }.joined().utf8).write(to: URL(filePath: path))
    let lines = LogFile(path).lastLines(1_000_000)
    #expect(lines.last == "line 99999")
    #expect((10_000..<30_000).contains(lines.count))
    #expect(lines.allSatisfy { $0.hasPrefix("line ") })
  }
}
