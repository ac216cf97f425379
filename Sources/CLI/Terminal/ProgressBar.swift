/// One line that says what is being done and how much is left: drawn over itself on a terminal, a line per step elsewhere.
struct ProgressBar {
  static let width = 24

  private let console: Console
  private var lastStep = ""
  private var isDrawn = false

  init(_ console: Console) {
    self.console = console
  }

  /// - Parameter fraction: of the whole, 0 to 1.
  mutating func show(step: String, message: String, fraction: Double) {
    if console.isLive {
      let line = Self.line(message: message.isEmpty ? step : message, fraction: fraction, style: console.errorStyle)
      console.draw("\r\u{1B}[2K" + line)
      isDrawn = true
    } else if step != lastStep {
      console.tell("  \(step.printable)\(message.isEmpty ? "" : ": " + message.printable)")
    }
    lastStep = step
  }

  mutating func clear() {
    if isDrawn { console.draw("\r\u{1B}[2K") }
    isDrawn = false
  }

  static func line(message: String, fraction: Double, style: Style) -> String {
    let share = fraction.isFinite ? min(1, max(0, fraction)) : 0
    let full = Int((share * Double(width)).rounded(.down))
    let bar = style.green(String(repeating: "━", count: full)) + style.dim(String(repeating: "─", count: width - full))
    let percent = "\(Int((share * 100).rounded(.down)))"
    return "  \(bar) \(String(repeating: " ", count: max(0, 3 - percent.count)))\(percent) %  \(message.printable.fitted(to: 48))"
  }
}
