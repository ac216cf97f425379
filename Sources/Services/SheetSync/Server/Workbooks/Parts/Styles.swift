/// The formats that cells refer to by number, as far as dates need them. The part itself is never changed.
struct Styles {
  /// Excel's own limit is 65,490.
  private static let formatsLimit = 1 << 16

  /// One entry of `cellXfs`.
  struct CellFormat: Hashable {
    var numberFormat: Int
    var shown: NumberFormat.Shown
    var font: Int
    var fill: Int
    var border: Int
  }

  private(set) var formats: [CellFormat] = []
  private let dateStyles = DateStyles()

  /// No styles at all: nothing is a date.
  init() {}

  init(_ member: ArchiveMember, in archive: borrowing Archive) throws(WorkbookError) {
    let handler = Handler()
    try XMLParser.parse(member, in: archive, limit: PartLimits.styles, handler)
    formats = handler.cells.map { cell in
      var cell = cell
      cell.shown = handler.customFormats[cell.numberFormat] ?? NumberFormat.shown(byBuiltIn: cell.numberFormat)
      return cell
    }
  }

  func isDate(_ style: Int) -> Bool {
    formats.indices.contains(style) && !formats[style].shown.isEmpty
  }

  /// The style that shows a date in a cell which has this style so far; nil when the date has to be written as text.
  ///
  /// A date format stays. A cell without a number format of its own gets the workbook's date style that looks most like it. A cell
  /// with another number format (text, money) keeps it, and so does every cell of a workbook that has no date style at all:
  /// the styles part belongs to the person who made the workbook.
  func styleForDate(over style: Int, withTime: Bool) -> Int? {
    if isDate(style) { return style }
    let wanted = DateStyles.Wanted(style: style, withTime: withTime)
    if let known = dateStyles.found[wanted] { return known }
    let found = dateStyle(like: style, withTime: withTime)
    dateStyles.found[wanted] = .some(found)
    return found
  }

  private func dateStyle(like style: Int, withTime: Bool) -> Int? {
    let present =
      formats.indices.contains(style) ? formats[style] : CellFormat(numberFormat: 0, shown: [], font: 0, fill: 0, border: 0)
    guard present.numberFormat == 0 else { return nil }
    func likeness(_ other: CellFormat) -> Int {
      (other.fill == present.fill ? 8 : 0) + (other.font == present.font ? 4 : 0) + (other.border == present.border ? 2 : 0)
        + (other.shown.contains(.time) == withTime ? 1 : 0)
    }
    return formats.indices.filter { formats[$0].shown.contains(.date) }
      .max { (likeness(formats[$0]), -$0) < (likeness(formats[$1]), -$1) }
  }

  /// Date styles that were looked for already: a save asks once for each row, and a workbook can have very many.
  private final class DateStyles {
    struct Wanted: Hashable {
      var style: Int
      var withTime: Bool
    }
    var found: [Wanted: Int?] = [:]
  }

  private final class Handler: XMLHandler {
    var customFormats: [Int: NumberFormat.Shown] = [:]
    var cells: [CellFormat] = []
    private var depth = 0
    private var isInCellFormats = false

    func begin(_ element: XMLElement, in parser: XMLParser) {
      depth += 1
      guard element.isMain else { return }
      if depth == 2 { isInCellFormats = element.isNamed("cellXfs") }
      guard depth == 3 else { return }
      guard cells.count < Styles.formatsLimit, customFormats.count < Styles.formatsLimit else {
        return parser.fail(.overLimit(parser.file, "it has more than \(Styles.formatsLimit) cell formats"))
      }
      if element.isNamed("numFmt"), let id = element.integer("numFmtId"), let code = element.text("formatCode") {
        customFormats[id] = NumberFormat.shown(byCode: code)
      } else if isInCellFormats, element.isNamed("xf") {
        cells.append(
          CellFormat(
            numberFormat: element.integer("numFmtId") ?? 0, shown: [], font: element.integer("fontId") ?? 0,
            fill: element.integer("fillId") ?? 0, border: element.integer("borderId") ?? 0))
      }
    }

    func end(in parser: XMLParser) {
      depth -= 1
    }
  }
}
