/// A cell's text and what it means.
struct Cell: Sendable, Equatable, ExpressibleByStringInterpolation {
  var text: String
  var ink: Ink

  init(_ text: String, _ ink: Ink = .plain) {
    self.text = text.printable
    self.ink = ink
  }

  init(stringLiteral text: String) {
    self.init(text)
  }
}

/// Rows in aligned columns, cut to the terminal's width where one column can give way.
struct Table: Sendable {
  struct Column: Sendable {
    enum Alignment: Sendable { case left, right }

    var title: String
    var alignment: Alignment = .left
    /// Whether the column may be cut when the table is wider than the terminal.
    var givesWay = false

    static func text(_ title: String) -> Column { Column(title: title) }
    static func number(_ title: String) -> Column { Column(title: title, alignment: .right) }
    static func prose(_ title: String) -> Column { Column(title: title, givesWay: true) }
  }

  static let gap = "  "
  /// A column that gives way keeps at least this many columns.
  static let narrowest = 12

  var columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: Column...) {
    self.columns = columns
  }

  mutating func add(_ cells: Cell...) {
    precondition(cells.count == columns.count, "a row has a cell for every column")
    rows.append(cells)
  }

  /// - Parameter width: the terminal's columns; nil for no limit.
  func lines(style: Style, width: Int?, indent: String = "") -> [String] {
    let widths = widths(within: width.map { $0 - indent.displayWidth })
    let header = zip(columns, widths).map { column, width in
      style.dim(padded(column.title, to: width, column.alignment))
    }
    let body = rows.map { row in
      row.indices.map { style.paint(padded(row[$0].text, to: widths[$0], columns[$0].alignment), row[$0].ink) }
    }
    return ([header] + body).map { Self.withoutTrailingSpace(indent + $0.joined(separator: Self.gap)) }
  }

  private func widths(within limit: Int?) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - limit
    for index in columns.indices.reversed() where columns[index].givesWay && excess > 0 {
      let given = min(excess, max(0, widths[index] - Self.narrowest))
      widths[index] -= given
      excess -= given
    }
    return widths
  }

  private func padded(_ text: String, to width: Int, _ alignment: Column.Alignment) -> String {
    let fitted = text.fitted(to: width)
    let space = String(repeating: " ", count: max(0, width - fitted.displayWidth))
    return alignment == .left ? fitted + space : space + fitted
  }

  private static func withoutTrailingSpace(_ line: String) -> String {
    guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
    return String(line[...last])
  }
}
