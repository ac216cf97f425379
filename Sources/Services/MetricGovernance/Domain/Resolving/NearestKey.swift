/// The metric that somebody meant who named one that there is not.
public enum NearestKey {
  /// How many keys are compared at most: those nearest in the alphabet. What is asked often, wrongly, may not cost a walk through a large
  /// registry each time.
  public static let mostCompared = 4_096

  /// Nil when none is near enough.
  ///
  /// - Parameter keys: in the alphabet's order.
  public static func find(_ typed: String, among keys: some RandomAccessCollection<String>) -> String? {
    guard typed.utf8.count <= 2 * MetricKey.longest else { return nil }
    var low = keys.startIndex
    var count = keys.count
    while count > 0 {
      let half = count / 2
      let middle = keys.index(low, offsetBy: half)
      if keys[middle] < typed {
        low = keys.index(after: middle)
        count -= half + 1
      } else {
        count = half
      }
    }
    let reach = mostCompared / 2
    let from = keys.index(low, offsetBy: -reach, limitedBy: keys.startIndex) ?? keys.startIndex
    let to = keys.index(low, offsetBy: reach, limitedBy: keys.endIndex) ?? keys.endIndex
    return Spelling.nearest(to: typed, among: Array(keys[from..<to]))
  }
}
