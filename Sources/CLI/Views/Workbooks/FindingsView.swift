import Messages

/// What was found of a workbook and the way to it, check by check.
struct FindingsView {
  var findings: [WorkbookFinding]

  private var faults: Int { findings.count { $0.severity == .error } }
  private var doubts: Int { findings.count { $0.severity == .warning } }

  func lines(_ console: Console) -> [String] {
    let words = findings.map { $0.severity.standing }
    let checks = findings.map { $0.tab.isEmpty ? $0.check : "\($0.check) \($0.tab)" }
    func widest(_ texts: [String]) -> Int { texts.reduce(0) { max($0, $1.printable.displayWidth) } }
    let (first, second) = (widest(words), widest(checks))
    let space = console.width.map { $0 - first - second - 2 * Table.gap.count }
    func padded(_ text: String, to width: Int) -> String {
      text.printable + String(repeating: " ", count: width - text.printable.displayWidth)
    }
    let lines = findings.indices.flatMap { index in
      findings[index].message.printable.wrapped(to: space).enumerated().map { number, line in
        let word = padded(number == 0 ? words[index] : "", to: first)
        let check = padded(number == 0 ? checks[index] : "", to: second)
        return console.style.paint(word, findings[index].severity.standingInk) + Table.gap + console.style.dim(check) + Table.gap
          + line
      }
    }
    return lines + ["", summary]
  }

  /// "All is well.", or how much is not.
  private var summary: String {
    let parts = [(faults, "thing"), (doubts, "warning")].filter { $0.0 > 0 }.map { Quantity.count($0.0, $0.1) }
    guard faults > 0 else { return parts.isEmpty ? "All is well." : "Nothing is wrong; \(parts[0])." }
    return parts[0] + " to put right" + (parts.count > 1 ? ", \(parts[1])" : "") + "."
  }

  var outcome: Outcome { faults > 0 ? .refused : .done }
}

extension Severity {
  fileprivate var standing: String {
    switch self {
    case .info, .unspecified: "ok"
    case .warning: "warning"
    case .error: "wrong"
    }
  }

  fileprivate var standingInk: Ink {
    switch self {
    case .info, .unspecified: .good
    case .warning: .warning
    case .error: .bad
    }
  }
}
