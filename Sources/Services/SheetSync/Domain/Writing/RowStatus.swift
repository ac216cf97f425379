/// What run_status says about a row. The grammar: `OK: …`, `OK (warning): …`, `OK (not compiled: …)`, `FAILED: …`,
/// `RUNNING: 43 %, gap 1.2 %`; several messages of one row are joined with `; `.
public enum RowStatus {
  /// Messages that say why a good row was not stored: they stand in the bracket, so that the row is still seen to be good.
  private static let reservations = ["not compiled:", "not saved:"]

  /// Whether a message says why a good row was not stored.
  public static func isReservation(_ message: String) -> Bool { reservations.contains { message.hasPrefix($0) } }

  /// The longest status that is written, in characters; what does not fit is counted.
  public static let longest = 2_000

  /// The status of a row with these findings; without any, it was saved.
  public static func text(for findings: [RowFinding]) -> String {
    var seen: Set<String> = []
    let distinct = findings.filter { seen.insert($0.message).inserted }
    let errors = distinct.filter { $0.severity == .error }.map(\.message)
    let warnings = distinct.filter { $0.severity == .warning }.map(\.message)
    let notes = distinct.filter { $0.severity == .info }.map(\.message)
    if !errors.isEmpty { return "FAILED: " + joined(errors + warnings) }
    if let reservation = notes.first(where: isReservation) {
      return "OK (\(reservation))" + (warnings.isEmpty ? "" : ": " + joined(warnings))
    }
    if !warnings.isEmpty { return "OK (warning): " + joined(warnings) }
    return notes.isEmpty ? "OK: saved" : "OK: " + joined(notes)
  }

  /// The status of a run under way: how far it is (0 to 1), and how far the best portfolio may be from the best possible one.
  public static func running(fraction: Double?, gap: Double?) -> String {
    var parts: [String] = []
    if let fraction, fraction.isFinite {
      parts.append("\(NumberText.text(of: min(max(fraction, 0), 1) * 100, decimals: 0)) %")
    }
    if let gap, gap.isFinite { parts.append("gap \(NumberText.text(of: max(gap, 0) * 100, decimals: 1)) %") }
    return "RUNNING: " + (parts.isEmpty ? "searching" : parts.joined(separator: ", "))
  }

  public static func ok(_ message: String) -> String { "OK: " + shortened(message) }
  public static func warning(_ message: String) -> String { "OK (warning): " + shortened(message) }
  public static func failed(_ message: String) -> String { "FAILED: " + shortened(message) }

  /// Whether a status speaks of a failure.
  public static func isFailure(_ status: String) -> Bool { status.hasPrefix("FAILED:") }

  private static func joined(_ messages: [String]) -> String {
    var text = ""
    for (index, message) in messages.enumerated() {
      let next = index == 0 ? shortened(message) : "; " + message
      if index > 0, text.count + next.count > longest { return text + "; and \(messages.count - index) more" }
      text += next
    }
    return text
  }

  private static func shortened(_ message: String) -> String {
    message.count <= longest ? message : message.prefix(longest - 1) + "…"
  }
}
