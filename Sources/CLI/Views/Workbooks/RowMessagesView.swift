import Messages

/// What the rules said about rows, row by row, the worst of each row first.
struct RowMessagesView {
  /// Messages that a terminal can bear; `--json` has them all.
  static let most = 40

  var messages: [RowMessage]

  /// Notes that a row is unchanged say nothing that the counts don't.
  private var telling: [RowMessage] {
    messages.filter { $0.severity == .error || $0.severity == .warning || ($0.rowNumber == 0 && !$0.message.isEmpty) }
      .sorted { ($0.rowNumber, -$0.severity.rawValue, $0.column) < ($1.rowNumber, -$1.severity.rawValue, $1.column) }
  }

  func lines(_ console: Console, indent: String = "  ") -> [String] {
    let telling = telling
    let shown = telling.prefix(Self.most)
    let failed = Set(telling.filter { $0.severity == .error }.map(\.rowNumber))
    guard !shown.isEmpty else { return [] }
    var table = Table(.number("Row"), .text("Key"), .text("Column"), .prose("Status"))
    for message in shown {
      table.add(
        Cell(message.rowNumber == 0 ? "tab" : "\(message.rowNumber)"), Cell(message.key), Cell(message.column, .dim),
        Cell(Self.status(of: message, inFailedRow: failed.contains(message.rowNumber)), message.severity.ink))
    }
    var lines = table.lines(style: console.style, width: console.width, indent: indent)
    if telling.count > shown.count {
      lines.append(indent + console.style.dim("… and \(telling.count - shown.count) more; --json prints all"))
    }
    return lines
  }

  /// As the row's run_status says it in the sheet.
  static func status(of message: RowMessage, inFailedRow isFailed: Bool = false) -> String {
    switch message.severity {
    case .error: "FAILED: \(message.message)"
    case .warning: "\(isFailed ? "warning" : "OK (warning)"): \(message.message)"
    case .info, .unspecified: "OK: \(message.message)"
    }
  }
}

extension Severity {
  var ink: Ink {
    switch self {
    case .error: .bad
    case .warning: .warning
    case .info, .unspecified: .plain
    }
  }
}
