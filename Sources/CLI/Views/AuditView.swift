import Cryptography
import Ledger
import Messages
import Wire

/// Events of the audit trail as a table, the newest first.
struct AuditEventsView {
  var events: [AuditEvent]
  /// Whether there are more.
  var isCut: Bool

  func lines(_ console: Console) -> [String] {
    guard !events.isEmpty else { return ["No audit events."] }
    var table = Table(
      .number("Row"), .text("When"), .text("Severity"), .text("Event"), .text("Subject"), .text("Who"), .prose("Why"))
    for event in events {
      table.add(
        Cell("\(event.seq)", .dim), Cell(Quantity.time(microseconds: event.atUs)),
        Cell(event.severity.word, Self.ink(event.severity)),
        Cell(Self.short(event.event)), Cell(event.subject, .bold), Cell(who(event.actor)), Cell(event.reason))
    }
    let more = isCut ? ["", console.style.dim("There are older ones: --limit shows more.")] : []
    return table.lines(style: console.style, width: console.width) + more
  }

  private static func ink(_ severity: AuditSeverity) -> Ink {
    switch severity {
    case .critical: .bad
    case .high: .warning
    case .medium: .plain
    case .low, .unspecified: .dim
    }
  }

  /// "version created" of "metric.version_created".
  private static func short(_ event: String) -> String {
    let name = event.hasPrefix("metric.") ? event.dropFirst("metric.".count) : event[...]
    return String(name.map { $0 == "_" ? " " : $0 })
  }
}

/// What a verification came to.
struct ChainVerdictView {
  var isIntact: Bool
  var events: Int64
  var brokenSeq: Int64
  var fault: String
  var explanation: String
  var head: AuditCheckpoint?

  init(_ response: VerifyAuditChainResponse) {
    isIntact = response.isIntact
    events = response.events
    brokenSeq = response.brokenSeq
    fault = response.fault
    explanation = response.explanation
    head = response.head
  }

  init(_ verdict: ChainVerdict) {
    isIntact = verdict.fault == nil
    events = verdict.entries
    brokenSeq = verdict.fault?.seq ?? 0
    fault = verdict.fault?.kind.rawValue ?? ""
    explanation = verdict.fault?.explanation ?? ""
    head = verdict.head.map { AuditCheckpoint(seq: $0.seq, hash: $0.hash.hex) }
  }

  var outcome: Outcome { isIntact ? .done : .refused }

  var json: JSONValue {
    var object = JSONObject()
    object["is_intact"] = .bool(isIntact)
    object["events"] = .number(JSONNumber(events))
    object["broken_seq"] = .number(JSONNumber(brokenSeq))
    object["fault"] = .string(fault)
    object["explanation"] = .string(explanation)
    if let head {
      var place = JSONObject()
      place["seq"] = .number(JSONNumber(head.seq))
      place["hash"] = .string(head.hash)
      object["head"] = .object(place)
    }
    return .object(object)
  }

  func lines(_ style: Style, checkpoints: Int) -> [String] {
    guard isIntact else {
      let fitting = head.map { "Rows 1 to \(Quantity.integer($0.seq)) fit." } ?? "No row fits."
      return [style.red("BROKEN") + " at row \(brokenSeq): \(fault.printable)", explanation.printable, fitting]
    }
    guard let head else { return ["The audit trail is empty, and has no row that was cut off as far as is known here."] }
    let held = checkpoints == 0 ? "" : ", and with \(Quantity.count(checkpoints, "checkpoint"))"
    return [
      style.paint("INTACT", .good)
        + ": \(Quantity.count(Int(events), "audit event")), each in its place and as it was written\(held).",
      style.dim("The last is row \(head.seq), \(head.hash)."),
    ]
  }
}
