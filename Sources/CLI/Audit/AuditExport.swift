import Ledger
import Messages

/// The file that `lodestar audit export` writes: a line of JSON for each audit event, in the order of their numbers, with the members in this
/// order and nothing else.
///
/// ```
/// {"seq":1,"event":"metric.version_created","severity":"medium","actor":"…","at_us":1795282698496957,"subject":"roas@v1",
///  "metric_key":"roas","version":"v1","reason":"…","before":"","after":"…","registry_revision":1,"prev_hash":"…","hash":"…"}
/// ```
/// `hash` is the SHA-256 that Ledger's CanonicalEntry describes, over the members from `event` to `registry_revision`: texts in UTF-8, numbers
/// in decimal digits. `prev_hash` is the line before's `hash`, 64 zeros in the first.
enum AuditExport {
  /// What the hash covers, beside the number and the hash before.
  static let fields = [
    "event", "severity", "actor", "at_us", "subject", "metric_key", "version", "reason", "before", "after", "registry_revision",
  ]
  static let numbers: Set<String> = ["at_us", "registry_revision"]
  static let layout = EntryLayout(fields)

  /// Appends the event's line.
  static func append(_ event: AuditEvent, to bytes: inout [UInt8]) {
    bytes += #"{"seq":"#.utf8
    bytes += String(event.seq).utf8
    for (name, value) in zip(fields, values(event)) {
      bytes += #",""#.utf8
      bytes += name.utf8
      bytes += #"":"#.utf8
      switch value {
      case .number(let number): bytes += String(number).utf8
      case .text(let text): appendQuoted(text, to: &bytes)
      }
    }
    bytes += #","prev_hash":""#.utf8
    bytes += event.prevHash.utf8
    bytes += #"","hash":""#.utf8
    bytes += event.hash.utf8
    bytes += "\"}\n".utf8
  }

  private enum Value {
    case number(Int64)
    case text(String)
  }

  private static func values(_ event: AuditEvent) -> [Value] {
    [
      .text(event.event), .text(event.severity.word), .text(event.actor), .number(event.atUs), .text(event.subject),
      .text(event.metricKey), .text(event.version), .text(event.reason), .text(event.before), .text(event.after),
      .number(event.registryRevision),
    ]
  }

  /// Only what JSON cannot hold as it is gets escaped.
  private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += #"\""#.utf8
      case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
      case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
      case 0..<0x20: bytes += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension AuditSeverity {
  /// As it is stored, and hashed.
  var word: String {
    switch self {
    case .unspecified: ""
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    case .critical: "critical"
    }
  }

  init?(word: String) {
    guard let severity = AuditSeverity.allCases.first(where: { $0.word == word && $0 != .unspecified }) else { return nil }
    self = severity
  }
}
