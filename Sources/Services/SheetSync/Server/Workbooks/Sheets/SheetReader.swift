internal import SheetSyncDomain

/// Reads a sheet's cells into a table.
final class SheetReader: SheetVisitor {
  /// All the text of one tab, in bytes.
  private let textLimit = 256 << 20

  private(set) var table: SheetTable
  private let file: String
  private let limits: ReadLimits
  private let styles: Styles
  private let strings: SharedStrings
  private let serialOffset: Double
  private var cells: [Cell] = []
  private var cellCount = 0
  private var textBytes = 0
  private var lastFilledRow = 0
  /// Enough blank rows were met; what is left is only looked through for a value.
  private var isPastBlankRows = false

  /// `file`: its name, for messages.
  init(file: String, tab: String, limits: ReadLimits, styles: Styles, strings: SharedStrings, usesDateSystem1904: Bool) {
    self.file = file
    table = SheetTable(tab: tab, rows: [], lastRow: 0)
    self.limits = limits
    self.styles = styles
    self.strings = strings
    serialOffset = usesDateSystem1904 ? DateSystem1904.offset : 0
  }

  func rowBegins(_ row: ScannedRow) -> SheetVerdict {
    guard row.number <= limits.lastRow else { return .stop }
    cells.removeAll(keepingCapacity: true)
    if let blankRows = limits.blankRows, row.number - lastFilledRow > blankRows { isPastBlankRows = true }
    if !isPastBlankRows { table.lastRow = row.number }
    return .goOn
  }

  func cellEnds(_ cell: ScannedCell, _ content: borrowing ScannedContent, at end: Int) -> SheetVerdict {
    guard content.hasValue || content.isFormula else { return .goOn }
    let value: CellValue
    switch read(cell, content) {
    case .success(let found): value = content.isFormula ? .formula(cached: found) : found ?? .blank
    case .failure(let error): return .fail(error)
    }
    if case .blank = value { return .goOn }
    if isPastBlankRows {
      table.stoppedAtBlankRows = true
      return .stop
    }
    cellCount += 1
    guard cellCount <= limits.cells else {
      return .fail(.overLimit(file, "it holds more than \(limits.cells) filled cells", tab: table.tab))
    }
    cells.append(Cell(column: cell.address.column, value: value))
    return .goOn
  }

  func rowEnds(_ row: Int, at place: Int) {
    guard !cells.isEmpty else { return }
    lastFilledRow = row
    // A copy that is just large enough (a slice would share the gathering array with its room to spare): tables stay for long.
    table.rows.append(SheetRow(number: row, cells: cells.map { $0 }))
  }

  /// The value as stored; nil when there is none.
  private func read(_ cell: ScannedCell, _ content: borrowing ScannedContent) -> Result<CellValue?, WorkbookError> {
    guard content.hasValue else { return .success(nil) }
    func damaged(_ problem: String) -> Result<CellValue?, WorkbookError> {
      .failure(.damaged(file, problem, tab: table.tab, cell: cell.address))
    }
    func text(_ text: String) -> Result<CellValue?, WorkbookError> {
      textBytes += text.utf8.count
      guard textBytes <= textLimit else {
        return .failure(.overLimit(file, "it holds more than \(textLimit >> 20) MiB of text", tab: table.tab))
      }
      return .success(text.isEmpty && !content.isFormula ? .blank : .text(text))
    }
    if cell.type == .inlineString { return text(content.inline.text) }
    let stored = String(decoding: content.value, as: UTF8.self)
    if cell.type == .formulaString { return text(XMLText.unescape(stored)) }
    let trimmed = stored.trimmingSpaces
    if trimmed.isEmpty { return .success(content.isFormula ? nil : .blank) }
    switch cell.type {
    case .number:
      guard let number = Double(trimmed), number.isFinite else { return damaged("its value \"\(trimmed)\" should be a number") }
      return .success(shownValue(of: number, style: cell.style))
    case .sharedString:
      guard let index = Int(trimmed), strings.texts.indices.contains(index) else {
        return damaged("it refers to text \(trimmed), which the file does not have")
      }
      return text(strings.texts[index])
    case .boolean:
      switch trimmed {
      case "1", "true": return .success(.boolean(true))
      case "0", "false": return .success(.boolean(false))
      default: return damaged("its value \"\(trimmed)\" should be true or false")
      }
    case .error: return .success(.error(trimmed))
    case .isoDate: return DateSerial(iso: trimmed).map { .success(.date($0)) } ?? text(trimmed)
    case .formulaString, .inlineString: return text(stored)
    }
  }

  /// A number whose format shows a date is one, unless no calendar has that day.
  private func shownValue(of number: Double, style: Int) -> CellValue {
    guard styles.isDate(style) else { return .number(number) }
    let days = number + serialOffset
    return (0..<2_958_466).contains(days) ? .date(DateSerial(days: days)) : .number(number)
  }
}

/// Workbooks whose days count from 1904-01-01 are so many days behind the others.
enum DateSystem1904 {
  static let offset = 1462.0
}

extension String {
  /// Without the white space of XML around it.
  fileprivate var trimmingSpaces: String {
    guard let first = utf8.first, let last = utf8.last, first <= 32 || last <= 32 else { return self }
    let kept = utf8.drop { $0 <= 32 }
    guard let end = kept.lastIndex(where: { $0 > 32 }) else { return "" }
    return String(decoding: kept[...end], as: UTF8.self)
  }
}
