internal import SheetSyncDomain

/// Puts new values into a sheet's part while copying it. Everything but the touched cells stays as it was, to the byte, except
/// that the sheet's used range and a row's are widened when cells are added outside them, and that a workbook with formulas is
/// marked to be calculated anew when it is opened, because formulas may depend on what was written.
final class SheetEditor: SheetVisitor {
  private struct RowWrites {
    var row: Int
    var cells: [CellWrite]
  }

  private(set) var splice: SpliceWriter
  private(set) var cellsWritten = 0
  /// Cells that hold a formula and were left alone.
  private(set) var formulas: [CellAddress] = []

  private let tab: String
  private let markup: CellMarkup
  private let rows: [RowWrites]
  private var nextRow = 0
  private var current: [CellWrite] = []
  private var nextCell = 0
  private var rowStyle: Int?
  private var columnStyles: [(columns: ClosedRange<Int>, style: Int)] = []
  private var styleOfColumn: [Int: Int] = [:]
  /// What array formulas and data tables cover in the rows to come, whether or not the cells are there.
  private var areas: [CellArea] = []
  private var sheetPrefix = ""
  private var dataPrefix = ""
  private var rowPrefix = ""
  private var target: CellWrite?
  /// The start of a cell that may be replaced: from here on nothing may be copied yet.
  private var held: Int?
  private var hasSheetData = false
  private var hasFormulas: Bool
  private var needsCalculationMark = false
  /// The cell that is being written; kept for its room.
  private var piece: [UInt8] = []

  /// - Parameter hasFormulas: whether the workbook is known to have formulas in some tab.
  init(tab: String, writes: [CellWrite], markup: CellMarkup, hasFormulas: Bool, output: Descriptor) {
    self.tab = tab
    self.markup = markup
    self.hasFormulas = hasFormulas
    splice = SpliceWriter(output: output)
    var rows: [RowWrites] = []
    for write in writes.sorted(by: { $0.address < $1.address }) {
      if rows.last?.row == write.address.row {
        rows[rows.count - 1].cells.append(write)
      } else {
        rows.append(RowWrites(row: write.address.row, cells: [write]))
      }
    }
    self.rows = rows
  }

  func willParse(_ bytes: UnsafeRawBufferPointer) { unsafe splice.read(bytes) }

  func didParse(in parser: XMLParser) throws(WorkbookError) {
    splice.copy(upTo: held ?? parser.lastTagEnd)
    do throws(SystemFault) { try splice.check() } catch {
      throw .system(parser.file, doing: "writing it", errno: error.code)
    }
  }

  /// Call after the last byte was parsed.
  func finish() throws(SystemFault) {
    splice.copy(upTo: splice.position)
    splice.flush()
    try splice.check()
  }

  func worksheetBegins(_ element: XMLElement, in parser: XMLParser) {
    splice.chooseEncoding(declared: parser.declaredEncoding)
    sheetPrefix = element.prefix
  }

  func sectionBegins(_ element: XMLElement, in parser: XMLParser) {
    let place = parser.markup
    if element.isMain, element.isNamed("dimension") { return widenDimension(element, at: place) }
    if !hasSheetData, !Self.comesBeforeCells(element) { insertMissingSheetData(at: place.lowerBound) }
    insertCalculationMark(at: place.lowerBound, unless: element.isMain && element.isNamed("sheetCalcPr"))
  }

  func areaBegins(_ area: CellArea) { areas.append(area) }

  func columnsAre(_ columns: ClosedRange<Int>, style: Int) {
    columnStyles.append((columns, style))
  }

  func sheetDataBegins(_ element: XMLElement, in parser: XMLParser) {
    hasSheetData = true
    dataPrefix = element.prefix
    let place = parser.markup
    var tag = TagText(splice.text(in: place))
    guard tag.isSelfClosing else { return }
    let added = remainingRows()
    guard !added.isEmpty else { return }
    let name = tag.name
    tag.open()
    replace(place, with: Array(tag.text.utf8) + added + "</\(name)>".utf8)
  }

  func rowBegins(_ row: ScannedRow) -> SheetVerdict {
    writeRow(row)
    return .goOn
  }

  private func writeRow(_ row: ScannedRow) {
    let place = row.markup
    if nextRow < rows.count, rows[nextRow].row < row.number { insert(newRows(before: row.number), at: place.lowerBound) }
    if !areas.isEmpty { areas.removeAll { $0.last.row < row.number } }
    guard nextRow < rows.count, rows[nextRow].row == row.number else { return }
    current = rows[nextRow].cells
    nextCell = 0
    nextRow += 1
    rowPrefix = row.prefix
    rowStyle = row.style
    var tag = TagText(splice.text(in: place))
    if let spans = row.spans.flatMap(Self.columnSpan) {
      let all = min(spans.lowerBound, current[0].address.column)...max(spans.upperBound, current[current.count - 1].address.column)
      if all != spans { tag.replace("spans", with: "\(all.lowerBound):\(all.upperBound)") }
    }
    if tag.isSelfClosing {
      let added = remainingCells()
      guard !added.isEmpty else { return }
      let name = tag.name
      tag.open()
      replace(place, with: Array(tag.text.utf8) + added + "</\(name)>".utf8)
    } else {
      replace(place, with: Array(tag.text.utf8))
    }
  }

  func cellBegins(_ cell: ScannedCell) {
    while nextCell < current.count, current[nextCell].address.column < cell.address.column {
      var added: [UInt8] = []
      appendNewCell(current[nextCell], to: &added)
      insert(added, at: cell.markup.lowerBound)
      nextCell += 1
    }
    guard nextCell < current.count, current[nextCell].address.column == cell.address.column else { return }
    target = current[nextCell]
    nextCell += 1
    held = cell.markup.lowerBound
  }

  func cellEnds(_ cell: ScannedCell, _ content: borrowing ScannedContent, at end: Int) -> SheetVerdict {
    if content.isFormula { hasFormulas = true }
    guard let write = target else { return .goOn }
    target = nil
    held = nil
    if content.isFormula {
      formulas.append(cell.address)
      return .goOn
    }
    cellsWritten += 1
    piece.removeAll(keepingCapacity: true)
    markup.append(write.value, at: cell.address, style: cell.style, prefix: rowPrefix, to: &piece)
    replace(cell.markup.lowerBound..<end, with: piece)
    return .goOn
  }

  func rowEnds(_ row: Int, at place: Int) {
    insert(remainingCells(), at: place)
    current = []
    nextCell = 0
  }

  func sheetDataEnds(in parser: XMLParser) {
    insert(remainingRows(), at: parser.markup.lowerBound)
    needsCalculationMark = hasFormulas && cellsWritten > 0
  }

  func worksheetEnds(in parser: XMLParser) {
    let place = parser.markup
    guard !place.isEmpty else {
      return parser.fail(.damaged(parser.file, "its part \"\(parser.part)\" is empty", tab: tab))
    }
    if !hasSheetData { insertMissingSheetData(at: place.lowerBound) }
    insertCalculationMark(at: place.lowerBound, unless: false)
  }
}

extension SheetEditor {
  /// The children of a worksheet that the standard puts before its cells.
  private static func comesBeforeCells(_ element: XMLElement) -> Bool {
    element.isMain
      && (element.isNamed("sheetPr") || element.isNamed("dimension") || element.isNamed("sheetViews")
        || element.isNamed("sheetFormatPr") || element.isNamed("cols"))
  }

  /// `1:9`, or several of them.
  private static func columnSpan(_ text: String) -> ClosedRange<Int>? {
    let numbers = text.split { $0 == ":" || $0 == " " }.map { Int($0) }
    guard let low = numbers.compactMap({ $0 }).min(), let high = numbers.compactMap({ $0 }).max(), !numbers.contains(nil) else {
      return nil
    }
    return low...high
  }

  private func insert(_ text: [UInt8], at offset: Int) {
    guard !text.isEmpty else { return }
    splice.copy(upTo: offset)
    splice.insert(text)
  }

  private func replace(_ range: Range<Int>, with text: [UInt8]) {
    splice.copy(upTo: range.lowerBound)
    splice.insert(text)
    splice.skip(to: range.upperBound)
  }

  private func widenDimension(_ element: XMLElement, at place: Range<Int>) {
    guard var area = element.text("ref").flatMap({ CellArea($0) }) else { return }
    let before = area
    for write in rows.lazy.flatMap(\.cells) where write.value != .blank { area.extend(to: write.address) }
    guard area != before else { return }
    var tag = TagText(splice.text(in: place))
    tag.replace("ref", with: area.text)
    replace(place, with: Array(tag.text.utf8))
  }

  private func insertMissingSheetData(at offset: Int) {
    hasSheetData = true
    dataPrefix = sheetPrefix
    let added = remainingRows()
    guard !added.isEmpty else { return }
    insert("<\(sheetPrefix)sheetData>".utf8 + added + "</\(sheetPrefix)sheetData>".utf8, at: offset)
  }

  private func insertCalculationMark(at offset: Int, unless isThere: Bool) {
    guard needsCalculationMark else { return }
    needsCalculationMark = false
    if !isThere { insert(Array("<\(sheetPrefix)sheetCalcPr fullCalcOnLoad=\"1\"/>".utf8), at: offset) }
  }

  private func remainingRows() -> [UInt8] { newRows(before: .max) }

  /// The rows that the sheet does not have yet and that come before a row it has.
  private func newRows(before row: Int) -> [UInt8] {
    var text: [UInt8] = []
    while nextRow < rows.count, rows[nextRow].row < row {
      current = rows[nextRow].cells
      nextCell = 0
      rowPrefix = dataPrefix
      rowStyle = nil
      let cells = remainingCells()
      if !cells.isEmpty { text += "<\(dataPrefix)row r=\"\(rows[nextRow].row)\">".utf8 + cells + "</\(dataPrefix)row>".utf8 }
      nextRow += 1
    }
    current = []
    nextCell = 0
    return text
  }

  private func remainingCells() -> [UInt8] {
    var text: [UInt8] = []
    while nextCell < current.count {
      appendNewCell(current[nextCell], to: &text)
      nextCell += 1
    }
    return text
  }

  /// A cell that is not there yet has its row's format, or else its column's. Nothing is made for a blank, nor where a formula
  /// shows its result.
  private func appendNewCell(_ write: CellWrite, to text: inout [UInt8]) {
    if !areas.isEmpty, areas.contains(where: { $0.contains(write.address) }) {
      return formulas.append(write.address)
    }
    cellsWritten += 1
    if write.value == .blank || write.value == .text("") { return }
    markup.append(
      write.value, at: write.address, style: rowStyle ?? style(ofColumn: write.address.column), prefix: rowPrefix, to: &text)
  }

  private func style(ofColumn column: Int) -> Int {
    if let known = styleOfColumn[column] { return known }
    let found = columnStyles.first { $0.columns.contains(column) }?.style ?? 0
    styleOfColumn[column] = found
    return found
  }
}
