import SheetSyncDomain

/// A rectangle of values to be written. nil leaves a cell alone.
struct ValueRange: Hashable, Sendable {
  var top: Int
  var left: Int
  /// Row by row; all of one width.
  var rows: [[WrittenValue?]]

  var width: Int { rows.first?.count ?? 0 }

  func a1(_ tab: String) -> A1Range {
    A1Range(tab: tab, rows: top...(top + rows.count - 1), columns: left...(left + width - 1))
  }

  /// How long the range is in a request, roughly.
  var bytes: Int {
    rows.reduce(96) { sum, row in
      row.reduce(sum + 3) { sum, value in
        if case .text(let text)? = value { sum + text.utf8.count + 4 } else { sum + 20 }
      }
    }
  }
}

/// Makes few rectangles of many cells, and few calls of many rectangles.
enum RangePlanning {
  /// The most ranges in one call.
  static let mostRanges = 200
  /// The largest call that is meant to be made. Google advises 2 MB; one cell may be larger than what is left of that.
  static let mostBytes = 2 << 20
  /// So many rows that are left alone may lie between two pieces of one rectangle: they cost less than a range of their own.
  static let widestGap = 20
  /// A rectangle is cut after so many rows, so that calls can be of even sizes.
  static let tallest = 5_000

  /// Rectangles that hold these cells and nothing else. Cells next to each other in a row stay together; rows of the same columns
  /// become one rectangle, across a few rows that are left alone.
  static func ranges(_ cells: [CellWrite], widestGap: Int = widestGap) -> [ValueRange] {
    var open: [ClosedRange<Int>: ValueRange] = [:]
    var done: [ValueRange] = []
    let sorted = cells.sorted { $0.address < $1.address }
    var index = 0
    while index < sorted.count {
      let first = sorted[index].address
      var values: [WrittenValue?] = []
      while index < sorted.count, sorted[index].address == CellAddress(row: first.row, column: first.column + values.count) {
        values.append(sorted[index].value)
        index += 1
      }
      let columns = first.column...(first.column + values.count - 1)
      if var range = open.removeValue(forKey: columns) {
        let gap = first.row - (range.top + range.rows.count)
        if gap <= widestGap, range.rows.count + gap < tallest {
          let blank = [WrittenValue?](repeating: nil, count: values.count)
          for _ in 0..<gap { range.rows.append(blank) }
          range.rows.append(values)
          open[columns] = range
          continue
        }
        done.append(range)
      }
      open[columns] = ValueRange(top: first.row, left: first.column, rows: [values])
    }
    return (done + open.values).sorted { ($0.left, $0.top) < ($1.left, $1.top) }
  }

  /// The ranges, each with its tab, in as many calls as needed.
  static func calls(_ ranges: [(tab: String, range: ValueRange)]) -> [[(tab: String, range: ValueRange)]] {
    var calls: [[(tab: String, range: ValueRange)]] = []
    var bytes = 0
    for piece in ranges.flatMap({ (tab, range) in split(range).map { (tab: tab, range: $0) } }) {
      let size = piece.range.bytes
      if let last = calls.indices.last, calls[last].count < mostRanges, bytes + size <= mostBytes {
        calls[last].append(piece)
        bytes += size
      } else {
        calls.append([piece])
        bytes = size
      }
    }
    return calls
  }

  /// Halves a rectangle until no piece is larger than a call.
  private static func split(_ range: ValueRange) -> [ValueRange] {
    guard range.bytes > mostBytes, range.rows.count > 1 else { return [range] }
    let half = range.rows.count / 2
    var (upper, lower) = (range, range)
    upper.rows = Array(range.rows[..<half])
    lower.rows = Array(range.rows[half...])
    lower.top += half
    return split(upper) + split(lower)
  }
}
