extension ResolvedHeader {
  /// What has changed of the columns since the header had this fingerprint, such as `new: owner; gone: notes`; nil when nothing has.
  public func changes(since before: String) -> String? {
    let now = fingerprint
    guard before != now else { return nil }
    let (old, new) = (Set(before.split(separator: ",")), Set(now.split(separator: ",")))
    guard new != old else { return "their order" }
    func named(_ columns: Set<Substring>) -> String { columns.map { $0.drop { $0 == "?" } }.sorted().joined(separator: ", ") }
    var changes: [String] = []
    if !new.subtracting(old).isEmpty { changes.append("new: \(named(new.subtracting(old)))") }
    if !old.subtracting(new).isEmpty { changes.append("gone: \(named(old.subtracting(new)))") }
    return changes.joined(separator: "; ")
  }
}
