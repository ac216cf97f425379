import Wire

/// A line of a service's log, which is JSON; whatever else a program wrote is shown as it is.
struct LogEntry {
  let line: String
  private let fields: JSONObject?

  init(_ line: String) {
    self.line = line
    fields = (try? JSONValue(parsing: line))?.objectValue
  }

  /// When it was said, sortable; empty when the line does not say.
  var time: String { fields?["time"]?.stringValue ?? "" }

  func text(style: Style) -> String {
    guard let fields, let message = fields["message"]?.stringValue else { return line.printable }
    let level = fields["level"]?.stringValue ?? ""
    let service = fields["service"]?.stringValue ?? ""
    let known: Set = ["time", "level", "service", "message"]
    let rest = fields.members.filter { !known.contains($0.name) }.map { "\($0.name)=\(Self.plain($0.value))" }
    let clock = time.split(separator: "T").last.map { String($0.prefix(12)) } ?? ""
    let parts = [
      style.dim(clock.printable), style.paint(Self.padded(level.printable, 8), Self.ink(level)), Self.padded(service.printable, 18),
      message.printable, style.dim(rest.joined(separator: " ").printable),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func plain(_ value: JSONValue) -> String {
    value.stringValue ?? value.text()
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.displayWidth))
  }

  private static func ink(_ level: String) -> Ink {
    switch level {
    case "critical", "error": .bad
    case "warning": .warning
    case "info", "notice": .plain
    default: .dim
    }
  }
}
