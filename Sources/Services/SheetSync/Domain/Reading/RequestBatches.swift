/// Cuts rows into requests that are neither too many nor too large: an owner looks at all it has with each of them, and a person wants to
/// see how far it is.
public struct RequestBatches: Hashable, Sendable {
  /// No request has more rows.
  public var rows: Int
  /// No request weighs more bytes, unless it is a single row.
  public var bytes: Int

  public init(rows: Int = 25_000, bytes: Int = 8 << 20) {
    precondition(rows > 0 && bytes > 0)
    self.rows = rows
    self.bytes = bytes
  }

  /// The rows in their order, cut where a limit is reached; no batch is empty.
  public func cut<Row>(_ all: [Row], weight: (Row) -> Int) -> [ArraySlice<Row>] {
    var batches: [ArraySlice<Row>] = []
    var start = 0
    var sum = 0
    for index in all.indices {
      let added = weight(all[index])
      if index > start, index - start == rows || sum + added > bytes {
        batches.append(all[start..<index])
        start = index
        sum = 0
      }
      sum += added
    }
    if start < all.count { batches.append(all[start...]) }
    return batches
  }
}
