internal import SheetSyncDomain

/// Goes over a sheet's rows without an XML parser, which took most of the time of a save's own work.
///
/// It knows one spelling of each thing, that of Excel, LibreOffice and openpyxl, and a sheet in the default namespace, in UTF-8. Whatever
/// else it meets, well-formed or not, right or wrong, it leaves to the parser: it says so and nothing that it told counts. So it has no
/// error of its own to find words for, and hostile files are the parser's. What it passes is well-formed.
struct PlainRows {
  enum Ending: Equatable {
    /// `</sheetData>` begins here.
    case end(Int)
    /// The visitor has seen enough.
    case stopped
    case notPlain
  }

  /// In bytes. Endless values are the parser's to refuse.
  private static let longestRow = 4 << 20
  private static let rowAttributes = [
    "r", "s", "spans", "customFormat", "ht", "customHeight", "hidden", "outlineLevel", "collapsed", "thickTop", "thickBot", "ph",
    "x14ac:dyDescent",
  ]
  private static let formulaAttributes = ["t", "ref", "si", "ca", "aca"]

  /// The prefixes that the sheet's first tag declares.
  let prefixes: Set<String>
  private var cursor = PlainCursor()
  private var row = 0
  private var content = ScannedContent()
  private var verdict = SheetVerdict.goOn

  init(prefixes: Set<String>) { self.prefixes = prefixes }

  /// `start`: where `<sheetData>` ends.
  mutating func scan(_ bytes: Span<UInt8>, from start: Int, _ visitor: some SheetVisitor) -> Ending {
    cursor.at = start
    while true {
      let before = cursor.at
      cursor.skipSpace(bytes)
      let end = cursor.at
      if cursor.skip("</sheetData>", bytes) { return .end(end) }
      guard cursor.skip("<row", bytes), passRow(bytes, visitor), cursor.at - before <= Self.longestRow else { return .notPlain }
      switch verdict {
      case .goOn: break
      case .stop: return .stopped
      case .fail: return .notPlain
      }
    }
  }

  // MARK: Rows and cells

  private mutating func passRow(_ bytes: Span<UInt8>, _ visitor: some SheetVisitor) -> Bool {
    guard var found = rowTag(bytes) else { return false }
    let isEmpty = cursor.skip("/>", bytes)
    guard isEmpty || cursor.skip(">", bytes), found.number > row, found.number <= CellAddress.lastRow else { return false }
    found.markup = found.markup.lowerBound..<cursor.at
    row = found.number
    verdict = visitor.rowBegins(found)
    guard case .goOn = verdict else { return true }
    var end = cursor.at
    if !isEmpty {
      var column = 0
      cursor.skipSpace(bytes)
      while cursor.skip("<c", bytes) {
        guard passCell(bytes, after: &column, visitor) else { return false }
        guard case .goOn = verdict else { return true }
        cursor.skipSpace(bytes)
      }
      end = cursor.at
      guard cursor.skip("</row>", bytes) else { return false }
    }
    visitor.rowEnds(row, at: end)
    return true
  }

  /// What follows `<row`, up to the tag's end.
  private mutating func rowTag(_ bytes: Span<UInt8>) -> ScannedRow? {
    var found = ScannedRow(number: 0, markup: (cursor.at - 4)..<cursor.at)
    var isCustom = false
    var seen = 0
    while let (name, value) = cursor.attribute(bytes, of: Self.rowAttributes, &seen) {
      switch name {
      case "r":
        guard let number = cursor.digits(bytes, value) else { return nil }
        found.number = number
      case "s":
        guard let style = cursor.digits(bytes, value) else { return nil }
        found.style = style
      case "spans": found.spans = cursor.text(bytes, value)
      case "customFormat": isCustom = ["1", "true"].contains(cursor.text(bytes, value))
      case "x14ac:dyDescent":
        guard prefixes.contains("x14ac") else { return nil }
      default: break
      }
    }
    if !isCustom { found.style = nil }
    return found
  }

  /// What follows `<c`.
  private mutating func passCell(_ bytes: Span<UInt8>, after column: inout Int, _ visitor: some SheetVisitor) -> Bool {
    let start = cursor.at - 2
    var cell = ScannedCell(address: CellAddress(row: row, column: 0), style: 0, type: .number, markup: start..<start)
    guard cellTag(bytes, &cell), cell.address.column > column else { return false }
    column = cell.address.column
    let isEmpty = cursor.skip("/>", bytes)
    guard isEmpty || cursor.skip(">", bytes) else { return false }
    cell.markup = start..<cursor.at
    visitor.cellBegins(cell)
    content.reset(isFormula: false)
    if !isEmpty {
      guard passContent(bytes, of: cell), cursor.skip("</c>", bytes) else { return false }
    }
    verdict = visitor.cellEnds(cell, content, at: cursor.at)
    return true
  }

  /// Each attribute of a cell has one letter.
  private mutating func cellTag(_ bytes: Span<UInt8>, _ cell: inout ScannedCell) -> Bool {
    var (hasStyle, hasType) = (false, false)
    guard cursor.skip(" r=\"", bytes), let column = columnOfCell(bytes) else { return false }
    cell.address.column = column
    while true {
      if cursor.skip(" s=\"", bytes) {
        let start = cursor.at
        while cursor.at < bytes.count, cursor.isDigit(bytes[cursor.at]) { cursor.at += 1 }
        guard !hasStyle, let style = cursor.digits(bytes, start..<cursor.at), cursor.skip("\"", bytes) else { return false }
        (cell.style, hasStyle) = (style, true)
      } else if cursor.skip(" t=\"", bytes) {
        guard !hasType, let type = type(bytes) else { return false }
        (cell.type, hasType) = (type, true)
      } else {
        _ = cursor.skip(" ", bytes)
        return true
      }
    }
  }

  /// `B7"`, where 7 is the row's number.
  private mutating func columnOfCell(_ bytes: Span<UInt8>) -> Int? {
    var column = 0
    while cursor.at < bytes.count, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[cursor.at]),
      column <= CellAddress.lastColumn
    {
      column = column * 26 + Int(bytes[cursor.at]) - 64
      cursor.at += 1
    }
    let start = cursor.at
    while cursor.at < bytes.count, cursor.isDigit(bytes[cursor.at]) { cursor.at += 1 }
    guard (1...CellAddress.lastColumn).contains(column), cursor.digits(bytes, start..<cursor.at) == row, cursor.skip("\"", bytes)
    else { return nil }
    return column
  }

  private mutating func type(_ bytes: Span<UInt8>) -> StoredType? {
    if cursor.skip("n\"", bytes) { return .number }
    if cursor.skip("s\"", bytes) { return .sharedString }
    if cursor.skip("inlineStr\"", bytes) { return .inlineString }
    if cursor.skip("b\"", bytes) { return .boolean }
    if cursor.skip("str\"", bytes) { return .formulaString }
    if cursor.skip("e\"", bytes) { return .error }
    return cursor.skip("d\"", bytes) ? .isoDate : nil
  }

  // MARK: What stands in a cell

  private mutating func passContent(_ bytes: Span<UInt8>, of cell: ScannedCell) -> Bool {
    cursor.skipSpace(bytes)
    if cursor.skip("<f", bytes) {
      guard passFormula(bytes, of: cell) else { return false }
      cursor.skipSpace(bytes)
    }
    if cursor.skip("<v>", bytes) {
      content.hasValue = true
      guard cursor.passText(bytes, into: &content.value), cursor.skip("</v>", bytes) else { return false }
    } else if cursor.skip("<v/>", bytes) || cursor.skip("<v />", bytes) {
      content.hasValue = true
    } else if cursor.skip("<is>", bytes) {
      content.hasValue = true
      guard passInline(bytes), cursor.skip("</is>", bytes) else { return false }
    }
    cursor.skipSpace(bytes)
    return true
  }

  private mutating func passInline(_ bytes: Span<UInt8>) -> Bool {
    guard cursor.skip("<t>", bytes) || cursor.skip("<t xml:space=\"preserve\">", bytes) else {
      return cursor.skip("<t/>", bytes) || cursor.skip("<t />", bytes)
    }
    return cursor.passText(bytes, into: &content.inline.bytes) && cursor.skip("</t>", bytes)
  }

  /// What follows `<f`. An array formula has cells in its area that the parser keeps count of.
  private mutating func passFormula(_ bytes: Span<UInt8>, of cell: ScannedCell) -> Bool {
    content.isFormula = true
    var seen = 0
    while let (name, value) = cursor.attribute(bytes, of: Self.formulaAttributes, &seen) {
      guard name != "t" || ["shared", "normal"].contains(cursor.text(bytes, value)) else { return false }
    }
    if cursor.skip("/>", bytes) { return true }
    guard cursor.skip(">", bytes), cursor.passText(bytes, into: &content.formula), cursor.skip("</f>", bytes) else { return false }
    if cell.type == .boolean, content.isBooleanConstant { content.isFormula = false }
    return true
  }
}
