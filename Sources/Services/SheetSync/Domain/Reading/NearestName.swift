/// Finds what a person probably meant by a misspelt name.
public enum NearestName {
  /// The name that is fewest slips away (a letter wrong, missing, too many, or two swapped), without regard to case; nil when none
  /// is near enough, which is one slip for each four letters and at most three. Of equals, the first.
  public static func suggestion(for text: String, in names: some Sequence<String>) -> String? {
    let typed = Array(HeaderText.normalized(text).unicodeScalars)
    guard !typed.isEmpty, typed.count <= longestName else { return nil }
    let allowed = min(3, max(1, typed.count / 4))
    var best: (name: String, slips: Int)?
    for name in names {
      let candidate = Array(HeaderText.normalized(name).unicodeScalars)
      guard abs(candidate.count - typed.count) <= allowed, candidate.count <= longestName else { continue }
      let slips = slips(typed, candidate)
      if slips <= allowed, slips < best?.slips ?? .max { best = (name, slips) }
    }
    return best?.name
  }

  /// Longer texts are no names, and comparing them takes time in the square of their length.
  private static let longestName = 128

  /// The distance of Damerau and Levenshtein, in its restricted form.
  private static func slips(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    guard !one.isEmpty else { return other.count }
    guard !other.isEmpty else { return one.count }
    var before = [Int](repeating: 0, count: other.count + 1)
    var last = Array(0...other.count)
    for i in 1...one.count {
      var row = [Int](repeating: i, count: other.count + 1)
      for j in 1...other.count {
        let replaced = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1)
        row[j] = min(replaced, last[j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
      }
      (before, last) = (last, row)
    }
    return last[other.count]
  }
}
