/// How many typing slips lie between two words: a letter added, dropped, changed, or two neighbours swapped.
struct EditDistance {
  private var beforeLast: [Int] = []
  private var last: [Int] = []
  private var current: [Int] = []

  /// Nil when the words are more than `bound` slips apart. The work is the product of the words' lengths at most.
  mutating func between(_ one: [UInt8], _ other: [UInt8], bound: Int) -> Int? {
    guard abs(one.count - other.count) <= bound else { return nil }
    let width = other.count + 1
    last = Array(0..<width)
    beforeLast = last
    current = last
    for row in 1..<(one.count + 1) {
      current[0] = row
      var best = row
      for column in 1..<width {
        let same = one[row - 1] == other[column - 1]
        var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
        if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current[column] = cost
        best = min(best, cost)
      }
      guard best <= bound else { return nil }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[width - 1] <= bound ? last[width - 1] : nil
  }
}
