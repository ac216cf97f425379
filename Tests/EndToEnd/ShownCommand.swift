/// A command as a document shows it, with lines of what it prints. "…" alone stands for any number of lines, at a line's end for the rest of
/// it; moments and hashes are never the same.
struct ShownCommand {
  var command: String
  var shown: [String] = []

  /// What of the shown is not what was printed; nil when all is.
  func problem(with printed: [String]) -> String? {
    var rest = printed.map(Self.comparable)[...]
    if rest.last?.isEmpty == true { rest.removeLast() }
    var mayPassOver = false
    for line in shown {
      if line == "…" {
        mayPassOver = true
        continue
      }
      let wanted = Self.comparable(line)
      if mayPassOver { rest = rest.drop { !Self.matches($0, wanted) } }
      mayPassOver = false
      guard let next = rest.popFirst() else { return "was not printed: \(line)" }
      guard Self.matches(next, wanted) else { return "shown:   \(wanted)\nprinted: \(next)" }
    }
    return mayPassOver || rest.isEmpty ? nil : "is not shown: \(rest[rest.startIndex])"
  }

  private static func matches(_ printed: String, _ shown: String) -> Bool {
    shown.hasSuffix("…") ? printed.hasPrefix(shown.dropLast()) : printed == shown
  }

  private static func comparable(_ line: String) -> String {
    var line = line
    line.replace(#/\d{4}-\d\d-\d\d( \d\d:\d\d:\d\dZ)?/#) { $0.1 == nil ? "DAY" : "MOMENT" }
    line.replace(#/[0-9a-f]{64}/#, with: "HASH")
    line.replace(#/\d+ (µs|ms) ago/#, with: "a moment ago")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}
