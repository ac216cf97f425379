import ArgumentParser
import Cryptography
import Foundation
import Ledger
import Messages
import Testing
import Wire

@testable import lodestar

/// A folder that goes with the test.
private func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lodestar-audit-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Chained events with texts of every kind.
private func events(_ count: Int) -> [AuditEvent] {
  var previous = SHA256Digest.zero
  return (1...Int64(count)).map { seq in
    var event = AuditEvent(
      seq: seq, event: "metric.version_created", severity: .medium, actor: "ada", atUs: 1_795_282_698_496_957 + seq,
      subject: "roas@v\(seq)", metricKey: "roas", version: "v\(seq)", reason: "a \"quoted\" \\ reason\n\tü \u{1F600}\u{01}",
      before: "", after: #"{"definition":"SUM(a) / SUM(b)"}"#, registryRevision: seq, prevHash: previous.hex)
    var form = CanonicalEntry(AuditExport.layout)
    form.begin(seq: seq, previous: previous)
    for text in [event.event, event.severity.word, event.actor] { form.append(text) }
    form.append(event.atUs)
    for text in [event.subject, event.metricKey, event.version, event.reason, event.before, event.after] { form.append(text) }
    form.append(event.registryRevision)
    previous = form.hash()
    event.hash = previous.hex
    return event
  }
}

private func text(_ events: [AuditEvent]) -> String {
  var bytes: [UInt8] = []
  for event in events { AuditExport.append(event, to: &bytes) }
  return String(decoding: bytes, as: UTF8.self)
}

private func verdict(_ text: String, checkpoints: [AuditCheckpoint] = []) throws -> ChainVerdict {
  try withFolder { folder in
    let file = folder.appendingPathComponent("audit.jsonl")
    try text.write(to: file, atomically: false, encoding: .utf8)
    return try ExportVerification.verdict(on: file.path, checkpoints: checkpoints)
  }
}

@Suite struct AuditExportTests {
  @Test func `an export is verified from the file alone`() throws {
    let all = events(20)
    let verdict = try verdict(text(all), checkpoints: [AuditCheckpoint(seq: 20, hash: all[19].hash)])
    #expect(verdict.fault == nil && verdict.entries == 20 && verdict.head?.seq == 20)
    #expect(try lodestarVerdict("").entries == 0)
  }

  private func lodestarVerdict(_ text: String) throws -> ChainVerdict { try verdict(text) }

  /// Ends as Python's own libraries see it; answers what the script printed and its status.
  private func python(_ export: String, checkpoints: [AuditCheckpoint] = []) throws -> (output: String, status: Int32) {
    try withFolder { folder in
      let file = folder.appendingPathComponent("audit.jsonl")
      let kept = folder.appendingPathComponent("checkpoints.jsonl")
      try export.write(to: file, atomically: false, encoding: .utf8)
      try checkpoints.map { CheckpointFile.line($0) + "\n" }.joined().write(to: kept, atomically: false, encoding: .utf8)
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("EndToEnd/Python/verify_audit.py")
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3", script.path, file.path, kept.path]
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (text, process.terminationStatus)
    }
  }

  @Test func `a few lines of Python verify an export as well, and find the same row`() throws {
    let all = events(20)
    let checkpoint = AuditCheckpoint(seq: 20, hash: all[19].hash)
    let whole = try python(text(all), checkpoints: [checkpoint])
    #expect(whole.status == 0 && whole.output == "20\n", "\(whole.output)")
    let changed = text(all).replacingOccurrences(of: #""version":"v7""#, with: #""version":"v8""#)
    let found = try python(changed)
    #expect(found.status == 1 && found.output.hasPrefix("row 7,"), "\(found.output)")
    #expect(try verdict(changed).fault?.seq == 7)
    let cut = try python(text(Array(all.prefix(19))), checkpoints: [checkpoint])
    #expect(cut.status == 1 && cut.output.contains("checkpoint at row 20"), "\(cut.output)")
  }

  @Test func `every line is JSON with the documented members`() throws {
    let event = events(1)[0]
    let value = try JSONValue(parsing: text([event]))
    guard case .object(let object) = value else { throw Unexpected() }
    #expect(object.members.map(\.name) == ["seq"] + AuditExport.fields + ["prev_hash", "hash"])
    #expect(object["reason"] == .string(event.reason) && object["severity"] == .string("medium"))
  }

  @Test func `a line that another program has spelt differently is verified all the same`() throws {
    let lines = try text(events(5)).split(separator: "\n").map { line -> String in
      guard case .object(let object) = try JSONValue(parsing: String(line)) else { throw Unexpected() }
      var turned = JSONObject()
      for member in object.members.reversed() { turned[member.name] = member.value }
      return JSONValue.object(turned).text().replacingOccurrences(of: ",\"", with: " , \"")
    }
    let verdict = try verdict(lines.joined(separator: "\n"))
    #expect(verdict.fault == nil && verdict.entries == 5, "\(verdict)")
  }

  @Test func `what was done to a file is named with its row`() throws {
    let all = events(20)
    var lines = text(all).split(separator: "\n").map(String.init)
    lines[6] = lines[6].replacingOccurrences(of: #""actor":"ada""#, with: #""actor":"eve""#)
    #expect(try verdict(lines.joined(separator: "\n")).fault?.kind == .changed)
    #expect(try verdict(lines.joined(separator: "\n")).fault?.seq == 7)
    lines = text(all).split(separator: "\n").map(String.init)
    lines.remove(at: 6)
    #expect(try verdict(lines.joined(separator: "\n")).fault?.kind == .removed)
    lines = text(all).split(separator: "\n").map(String.init)
    lines.swapAt(6, 7)
    #expect(try verdict(lines.joined(separator: "\n")).fault?.kind == .reordered)
    lines = text(all).split(separator: "\n").map(String.init)
    lines.insert(lines[6], at: 7)
    #expect(try verdict(lines.joined(separator: "\n")).fault?.kind == .inserted)
    let cut = try verdict(text(Array(all.prefix(15))), checkpoints: [AuditCheckpoint(seq: 20, hash: all[19].hash)])
    #expect(cut.fault?.kind == .cutOff && cut.fault?.seq == 16)
  }

  @Test(arguments: ["x", "[]", #"{"seq":1}"#, "", #"{"seq":"#]) func `a line that is no event is named with its number`(
    line: String
  ) throws {
    let error = #expect(throws: Failure.self) { try verdict(text(events(2)) + line + "\n") }
    #expect(error?.what.contains("line 3") == true, "\(String(describing: error))")
  }

  @Test func `a number written with more digits than it needs is read as the number`() throws {
    let line = text(events(1)).replacingOccurrences(of: #""registry_revision":1"#, with: #""registry_revision":1.0"#)
    #expect(try verdict(line).fault == nil)
  }

  @Test func `a checkpoint is kept in a file, once`() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("checkpoints.jsonl").path
      let checkpoints = events(3).map { AuditCheckpoint(seq: $0.seq, hash: $0.hash, atUs: 5) }
      for checkpoint in checkpoints + checkpoints { try CheckpointFile.append(checkpoint, to: path) }
      #expect(try CheckpointFile.read(path).map(\.seq) == [1, 2, 3])
      try "{\"seq\":0}\n".write(toFile: path, atomically: false, encoding: .utf8)
      let error = #expect(throws: Failure.self) { try CheckpointFile.read(path) }
      #expect(error?.what.contains("line 1") == true)
      #expect(throws: Failure.self) { try CheckpointFile.read(path + ".none") }
    }
  }

  @Test func `an export that is not finished leaves the file as it was`() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("audit.jsonl").path
      try "before".write(toFile: path, atomically: false, encoding: .utf8)
      do {
        let file = try UnfinishedFile(path)
        try file.write(Array("half".utf8))
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["audit.jsonl"])
      var file = try UnfinishedFile(path)
      try file.write(Array("whole".utf8))
      try file.finish()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
    }
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("2026-11-21", 20_778), ("2024-02-29", 19_782), ("2000-03-01", 11_017), ("1969-12-31", -1),
  ])
  func `a day is counted from 1970`(text: String, days: Int64) {
    #expect(Day(argument: text)?.microseconds == days * 86_400_000_000)
  }

  @Test(arguments: ["2023-02-29", "2026-13-01", "2026-1-1", "yesterday", "2026-11-21x", "2026-04-31"])
  func `what is no day is refused`(text: String) {
    #expect(Day(argument: text) == nil)
  }

  @Test func `a verdict says the row, what was done and what still fits`() {
    let broken = ChainVerdictView(
      VerifyAuditChainResponse(
        isIntact: false, events: 9, brokenSeq: 7, fault: "changed", explanation: "Row 7 was changed.",
        head: AuditCheckpoint(seq: 6, hash: "ab")))
    #expect(
      broken.lines(.plain, checkpoints: 0) == [
        "BROKEN at row 7: changed", "Row 7 was changed.", "Rows 1 to 6 fit.",
      ])
    #expect(broken.outcome == .refused)
  }

  private struct Unexpected: Error {}
}
