internal import SheetSyncDomain

/// How a cell's value is to be read, its `t` attribute.
enum StoredType {
  case number, sharedString, formulaString, inlineString, boolean, error, isoDate
}

/// A cell at its start tag.
struct ScannedCell {
  var address: CellAddress
  /// The number of its format; 0 when it names none.
  var style: Int
  var type: StoredType
  /// Where its start tag stands in the part.
  var markup: Range<Int>
}

/// A row at its start tag.
struct ScannedRow {
  var number: Int
  /// Where its start tag stands in the part.
  var markup: Range<Int>
  /// The namespace prefix in use there, with its colon.
  var prefix = ""
  /// The number of the format that the row's absent cells have; nil when they have none of their own.
  var style: Int?
  /// The columns that the row says it has, as it says so.
  var spans: String?
}

/// Whether a visitor wants to see more.
enum SheetVerdict {
  case goOn, stop
  case fail(WorkbookError)
}

/// What was found between a cell's tags.
struct ScannedContent {
  /// A formula stands in the cell, or the cell shows a part of an array formula's or data table's result.
  var isFormula = false
  /// The beginning of the formula's text.
  var formula: [UInt8] = []
  /// There is a value, be it empty.
  var hasValue = false
  /// The bytes of `<v>`.
  var value: [UInt8] = []
  var inline = TextCollector()

  mutating func reset(isFormula: Bool) {
    self.isFormula = isFormula
    formula.removeAll(keepingCapacity: true)
    hasValue = false
    value.removeAll(keepingCapacity: true)
    inline.reset()
  }

  /// LibreOffice writes TRUE and FALSE as the formulas `TRUE()` and `FALSE()`. They are values that a person typed.
  var isBooleanConstant: Bool { formula.elementsEqual("TRUE()".utf8) || formula.elementsEqual("FALSE()".utf8) }
}

/// What goes over a sheet, tag by tag.
protocol SheetVisitor: AnyObject {
  func worksheetBegins(_ element: XMLElement, in parser: XMLParser)
  /// A child of the worksheet other than its cells.
  func sectionBegins(_ element: XMLElement, in parser: XMLParser)
  /// The cells from here to there show the result of one array formula or data table.
  func areaBegins(_ area: CellArea)
  /// The format of a run of columns.
  func columnsAre(_ columns: ClosedRange<Int>, style: Int)
  func sheetDataBegins(_ element: XMLElement, in parser: XMLParser)
  func rowBegins(_ row: ScannedRow) -> SheetVerdict
  func cellBegins(_ cell: ScannedCell)
  /// `end`: where the cell ends in the part.
  func cellEnds(_ cell: ScannedCell, _ content: borrowing ScannedContent, at end: Int) -> SheetVerdict
  /// `place`: where the row's end tag begins.
  func rowEnds(_ row: Int, at place: Int)
  func sheetDataEnds(in parser: XMLParser)
  func worksheetEnds(in parser: XMLParser)
  func willParse(_ bytes: UnsafeRawBufferPointer)
  func didParse(in parser: XMLParser) throws(WorkbookError)
}

extension SheetVisitor {
  func worksheetBegins(_ element: XMLElement, in parser: XMLParser) {}
  func sectionBegins(_ element: XMLElement, in parser: XMLParser) {}
  func areaBegins(_ area: CellArea) {}
  func columnsAre(_ columns: ClosedRange<Int>, style: Int) {}
  func sheetDataBegins(_ element: XMLElement, in parser: XMLParser) {}
  func cellBegins(_ cell: ScannedCell) {}
  func sheetDataEnds(in parser: XMLParser) {}
  func worksheetEnds(in parser: XMLParser) {}
  func willParse(_ bytes: UnsafeRawBufferPointer) {}
  func didParse(in parser: XMLParser) throws(WorkbookError) {}
}

/// Turns the tags of a sheet's part into rows and cells with their places, and refuses sheets whose rows or cells are out of
/// order. Elements that it does not know, and whatever they contain, are passed over.
final class SheetScanner<Visitor: SheetVisitor>: XMLHandler {
  private enum Section { case cells, columns, other }
  private enum Field { case value, formula, inline, other }

  /// Areas of array formulas that can be under way at once; more than anybody has.
  private let openAreasLimit = 4096
  /// A sheet has no more columns than this, so no more runs of them.
  private let columnRunsLimit = CellAddress.lastColumn

  private let visitor: Visitor
  private let tab: String
  private var depth = 0
  private var section = Section.other
  private var hasSheetData = false
  private var row = 0
  private var isInRow = false
  private var column = 0
  private var cell: ScannedCell?
  private var field = Field.other
  private var content = ScannedContent()
  private var areas: [CellArea] = []
  private var columnRuns = 0
  /// Where `<sheetData>` ends when rows that stand there as programs write them can follow: in the default namespace.
  private(set) var plainStart: Int?

  init(tab: String, visitor: Visitor) {
    self.tab = tab
    self.visitor = visitor
  }

  func begin(_ element: XMLElement, in parser: XMLParser) {
    depth += 1
    switch depth {
    case 1:
      guard element.isMain, element.isNamed("worksheet") else {
        return parser.fail(.damaged(parser.file, "its part \"\(parser.part)\" is no worksheet", tab: tab))
      }
      visitor.worksheetBegins(element, in: parser)
    case 2: beginSection(element, in: parser)
    case 3 where section == .cells && element.isMain && element.isNamed("row"): beginRow(element, in: parser)
    case 3 where section == .columns && element.isMain && element.isNamed("col"): noteColumns(element, in: parser)
    case 4 where isInRow && element.isMain && element.isNamed("c"): beginCell(element, in: parser)
    case 5 where cell != nil: beginField(element, in: parser)
    case 6... where field == .inline: content.inline.begin(element, level: depth - 5)
    default: break
    }
  }

  func end(in parser: XMLParser) {
    switch depth {
    case 1: visitor.worksheetEnds(in: parser)
    case 2:
      if section == .cells { visitor.sheetDataEnds(in: parser) }
      section = .other
    case 3 where isInRow:
      visitor.rowEnds(row, at: parser.markup.lowerBound)
      isInRow = false
    case 4:
      if let cell { heed(visitor.cellEnds(cell, content, at: parser.markup.upperBound), in: parser) }
      cell = nil
    case 5:
      if field == .formula { endFormula() }
      field = .other
    case 6... where field == .inline: content.inline.end(level: depth - 5)
    default: break
    }
    depth -= 1
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>, in parser: XMLParser) {
    switch field {
    case .value where depth == 5: unsafe content.value.append(contentsOf: bytes)
    case .inline: unsafe content.inline.add(bytes)
    case .formula where content.formula.count < 8: unsafe content.formula.append(contentsOf: bytes.prefix(8))
    default: break
    }
  }

  func willParse(_ bytes: UnsafeRawBufferPointer) { unsafe visitor.willParse(bytes) }

  func didParse(in parser: XMLParser) throws(WorkbookError) { try visitor.didParse(in: parser) }

  private func beginSection(_ element: XMLElement, in parser: XMLParser) {
    if element.isMain, element.isNamed("sheetData") {
      guard !hasSheetData else { return damaged("its cells are listed twice", in: parser) }
      hasSheetData = true
      section = .cells
      if element.prefix.isEmpty { plainStart = parser.markup.upperBound }
      visitor.sheetDataBegins(element, in: parser)
    } else {
      section = element.isMain && element.isNamed("cols") ? .columns : .other
      visitor.sectionBegins(element, in: parser)
    }
  }

  private func noteColumns(_ element: XMLElement, in parser: XMLParser) {
    columnRuns += 1
    guard columnRuns <= columnRunsLimit else {
      return parser.fail(.overLimit(parser.file, "it describes more than \(columnRunsLimit) columns", tab: tab))
    }
    guard let first = element.integer("min"), let last = element.integer("max"), first <= last, let style = element.integer("style")
    else { return }
    visitor.columnsAre(first...last, style: style)
  }

  private func beginRow(_ element: XMLElement, in parser: XMLParser) {
    let number = unsafe element.bytes(of: "r").map { unsafe digits($0) } ?? row + 1
    guard number > 0 else { return damaged("a row has an impossible number", in: parser) }
    guard number > row else { return damaged("row \(number) comes after row \(row)", in: parser) }
    guard number <= CellAddress.lastRow else {
      return damaged("it has a row beyond \(CellAddress.lastRow), the last that a sheet can have", in: parser)
    }
    row = number
    column = 0
    isInRow = true
    if !areas.isEmpty { areas.removeAll { $0.last.row < number } }
    let found = ScannedRow(
      number: row, markup: parser.markup, prefix: element.prefix,
      style: element.flag("customFormat") ? element.integer("s") : nil, spans: element.text("spans"))
    heed(visitor.rowBegins(found), in: parser)
  }

  private func heed(_ verdict: SheetVerdict, in parser: XMLParser) {
    switch verdict {
    case .goOn: break
    case .stop: parser.stop()
    case .fail(let error): parser.fail(error)
    }
  }

  private func beginCell(_ element: XMLElement, in parser: XMLParser) {
    var found = ScannedCell(address: CellAddress(row: row, column: column + 1), style: 0, type: .number, markup: parser.markup)
    var problem: String?
    unsafe element.forEachShortAttribute { name, value in
      switch name {
      case UInt8(ascii: "r"):
        if let address = unsafe parseAddress(value) {
          found.address = address
        } else {
          problem = unsafe "a cell has the impossible address \"\(String(cString: value))\""
        }
      case UInt8(ascii: "s"): found.style = unsafe max(0, digits(value))
      case UInt8(ascii: "t"):
        if let type = unsafe storedType(value) {
          found.type = type
        } else {
          problem = unsafe "a cell has the unknown type \"\(String(cString: value))\""
        }
      default: break
      }
    }
    if let problem { return damaged(problem, in: parser) }
    guard found.address.row == row else { return damaged("cell \(found.address) stands in row \(row)", in: parser) }
    guard found.address.column > column else { return damaged("cell \(found.address) comes twice or too late", in: parser) }
    guard found.address.isInSheet else {
      return damaged("row \(row) has a cell beyond column XFD, the last that a sheet can have", in: parser)
    }
    column = found.address.column
    cell = found
    content.reset(isFormula: isInArea(found.address))
    visitor.cellBegins(found)
  }

  private func beginField(_ element: XMLElement, in parser: XMLParser) {
    field = .other
    guard element.isMain else { return }
    if element.isNamed("v") {
      field = .value
      content.hasValue = true
    } else if element.isNamed("is") {
      field = .inline
      content.hasValue = true
    } else if element.isNamed("f") {
      field = .formula
      content.isFormula = true
      let kind = element.text("t")
      if kind == "array" || kind == "dataTable", let area = element.text("ref").flatMap({ CellArea($0) }), area.first != area.last {
        areas.append(area)
        visitor.areaBegins(area)
        if areas.count > openAreasLimit { damaged("it has too many array formulas", in: parser) }
      }
    }
  }

  private func endFormula() {
    guard let cell, cell.type == .boolean, !isInArea(cell.address), content.isBooleanConstant else { return }
    content.isFormula = false
  }

  /// Whether an array formula or data table covers the cell.
  private func isInArea(_ address: CellAddress) -> Bool {
    !areas.isEmpty && areas.contains { $0.contains(address) }
  }

  private func damaged(_ problem: String, in parser: XMLParser) {
    parser.fail(.damaged(parser.file, problem, tab: tab))
  }
}

/// A whole number of at most nine digits; -1 for anything else.
private func digits(_ text: UnsafePointer<CChar>) -> Int {
  var value = 0
  var count = 0
  while unsafe text[count] != 0 {
    let digit = unsafe Int(text[count]) - 48
    guard (0...9).contains(digit), count < 9 else { return -1 }
    value = value * 10 + digit
    count += 1
  }
  return count > 0 ? value : -1
}

/// `B7` in capitals, with any row and up to four letters, so that a place outside the sheet can be told from nonsense.
private func parseAddress(_ text: UnsafePointer<CChar>) -> CellAddress? {
  var column = 0
  var at = 0
  while unsafe (65...90).contains(text[at]), at < 7 {
    column = unsafe column * 26 + Int(text[at]) - 64
    at += 1
  }
  let row = unsafe digits(text + at)
  return at > 0 && row > 0 ? CellAddress(row: row, column: column) : nil
}

private func storedType(_ text: UnsafePointer<CChar>) -> StoredType? {
  switch unsafe (text[0], text[0] == 0 ? 0 : text[1]) {
  case (110, 0): .number
  case (115, 0): .sharedString
  case (115, 116): .formulaString
  case (105, _): .inlineString
  case (98, 0): .boolean
  case (101, 0): .error
  case (100, 0): .isoDate
  default: nil
  }
}
