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
      padded(Cell(column.title, .dim), to: width, column.alignment, style)
    }
    let body = rows.map { row in
      row.indices.map { padded(row[$0], to: widths[$0], columns[$0].alignment, style) }
    }
    return ([header] + body).map { Self.withoutTrailingSpace(indent + $0.joined(separator: Self.gap)) }
  }

  func lines(_ console: Console, indent: String = "") -> [String] {
    lines(style: console.style, width: console.width, indent: indent)
  }

  private func widths(within limit: Int?) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - limit
    // The widest gives first, so that those that give end up alike.
    let giving = columns.indices.filter { columns[$0].givesWay && widths[$0] > Self.narrowest }
    while excess > 0, let widest = giving.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  /// Only the text is painted, so that what is left of the line can be told from space.
  private func padded(_ cell: Cell, to width: Int, _ alignment: Column.Alignment, _ style: Style) -> String {
    let fitted = cell.text.fitted(to: width)
    let space = String(repeating: " ", count: max(0, width - fitted.displayWidth))
    let painted = style.paint(fitted, cell.ink)
    return alignment == .left ? painted + space : space + painted
  }

  private static func withoutTrailingSpace(_ line: String) -> String {
    guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
    return String(line[...last])
  }
}
