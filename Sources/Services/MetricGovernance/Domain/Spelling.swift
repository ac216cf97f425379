/// How people spell what has one right spelling.
public enum Spelling {
  /// Without outer white space.
  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }

  /// "North Star", "north-star" and " NORTH_STAR " are one word.
  static func word(_ text: String) -> String {
    String(trimmed(text).lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  /// The candidate nearest to what was typed, if it is near enough to be what was meant; the first of equals.
  public static func nearest(to typed: String, among candidates: [String]) -> String? {
    let typed = Array(word(typed).utf8)
    let scored = candidates.map { (candidate: $0, distance: distance(typed, Array(word($0).utf8))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.candidate.utf8.count / 3) ? best.candidate : nil
  }

  /// How many insertions, deletions, replacements and swaps of neighbours turn one into the other.
  private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in 1...one.count {
      var current = [row]
      for column in 1...other.count {
        let replaced = last[column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1)
        var best = min(replaced, last[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
          best = min(best, beforeLast[column - 2] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[other.count]
  }
}
