import SheetSyncDomain
import Wire

/// A change to a spreadsheet beside values, for spreadsheets.batchUpdate. Rows and columns are counted from 1 and included, as everywhere
/// here; Google counts them from 0 and leaves the last out.
enum SheetChange: Sendable {
  enum Dimension: String, Sendable { case rows = "ROWS", columns = "COLUMNS" }

  enum NumberFormat: Hashable, Sendable {
    /// `2026-02-15`
    case date
    /// `2026-02-15 08:30`
    case dateTime
    case number(pattern: String)
    case percent
    /// What is typed stays as it is.
    case text
  }

  /// A cell that is made anew.
  struct NewCell: Sendable {
    var value: NewValue = .blank
    var note: String?
    var look: CellLook?
  }

  case addSheet(id: Int, title: String, rows: Int, columns: Int, frozenRows: Int, frozenColumns: Int, isHidden: Bool)
  /// Adds empty rows or columns at the end.
  case grow(sheet: Int, Dimension, by: Int)
  case format(sheet: Int, rows: ClosedRange<Int>, columns: ClosedRange<Int>, NumberFormat)
  /// Cells from the upper left one on, row by row.
  case cells(sheet: Int, CellAddress, rows: [[NewCell]])
  /// A drop-down. Not strict: other values get a mark and stay.
  case dropDown(sheet: Int, rows: ClosedRange<Int>, column: Int, NewColumn.Choices)
  case width(sheet: Int, columns: ClosedRange<Int>, pixels: Int)

  var json: JSONValue {
    let (name, request) = named
    return .object(JSONObject([(name, .object(request))]))
  }

  private var named: (String, JSONObject) {
    switch self {
    case .addSheet(let id, let title, let rows, let columns, let frozenRows, let frozenColumns, let isHidden):
      let grid: JSONObject = [
        "rowCount": Self.json(rows), "columnCount": Self.json(columns), "frozenRowCount": Self.json(frozenRows),
        "frozenColumnCount": Self.json(frozenColumns),
      ]
      return (
        "addSheet",
        [
          "properties": .object([
            "sheetId": Self.json(id), "title": .string(title), "hidden": .bool(isHidden), "gridProperties": .object(grid),
          ])
        ]
      )
    case .grow(let sheet, let dimension, let count):
      return (
        "appendDimension",
        ["sheetId": Self.json(sheet), "dimension": .string(dimension.rawValue), "length": Self.json(count)]
      )
    case .format(let sheet, let rows, let columns, let format):
      return (
        "repeatCell",
        [
          "range": Self.range(sheet, rows, columns),
          "cell": .object(["userEnteredFormat": .object(["numberFormat": Self.json(format)])]),
          "fields": "userEnteredFormat.numberFormat",
        ]
      )
    case .cells(let sheet, let place, let rows):
      let start: JSONObject = [
        "sheetId": Self.json(sheet), "rowIndex": Self.json(place.row - 1), "columnIndex": Self.json(place.column - 1),
      ]
      return (
        "updateCells",
        [
          "start": .object(start), "rows": .array(rows.map { .object(["values": .array($0.map(Self.json))]) }),
          "fields": .string(
            "userEnteredValue,note,userEnteredFormat(backgroundColorStyle,textFormat(bold,foregroundColorStyle),wrapStrategy)"),
        ]
      )
    case .dropDown(let sheet, let rows, let column, let choices):
      let condition: JSONObject =
        switch choices {
        case .these(let values):
          ["type": "ONE_OF_LIST", "values": .array(values.map { .object(["userEnteredValue": .string($0)]) })]
        case .area(let area), .offered(let area):
          ["type": "ONE_OF_RANGE", "values": .array([.object(["userEnteredValue": .string("=" + area)])])]
        }
      let rule: JSONObject = ["condition": .object(condition), "showCustomUi": true, "strict": false]
      return ("setDataValidation", ["range": Self.range(sheet, rows, column...column), "rule": .object(rule)])
    case .width(let sheet, let columns, let pixels):
      let range: JSONObject = [
        "sheetId": Self.json(sheet), "dimension": "COLUMNS", "startIndex": Self.json(columns.lowerBound - 1),
        "endIndex": Self.json(columns.upperBound),
      ]
      return (
        "updateDimensionProperties",
        ["range": .object(range), "properties": .object(["pixelSize": Self.json(pixels)]), "fields": "pixelSize"]
      )
    }
  }

  private static func json(_ number: Int) -> JSONValue { .number(JSONNumber(number)) }

  private static func json(_ format: NumberFormat) -> JSONValue {
    switch format {
    case .date: .object(["type": "DATE", "pattern": "yyyy-mm-dd"])
    case .dateTime: .object(["type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"])
    case .number(let pattern): .object(["type": "NUMBER", "pattern": .string(pattern)])
    case .percent: .object(["type": "PERCENT", "pattern": "0.0%"])
    case .text: .object(["type": "TEXT"])
    }
  }

  private static func json(_ cell: NewCell) -> JSONValue {
    var object = JSONObject()
    if let value = json(cell.value) { object["userEnteredValue"] = value }
    if let look = cell.look {
      let text: JSONObject = ["bold": .bool(look.isBold), "foregroundColorStyle": .object(["rgbColor": rgb(look.color)])]
      var format: JSONObject = ["textFormat": .object(text), "wrapStrategy": "WRAP"]
      if let fill = look.fill { format["backgroundColorStyle"] = .object(["rgbColor": rgb(fill)]) }
      object["userEnteredFormat"] = .object(format)
    }
    if let note = cell.note { object["note"] = .string(note) }
    return .object(object)
  }

  private static func json(_ value: NewValue) -> JSONValue? {
    switch value {
    case .blank: nil
    case .text(let text): .object(["stringValue": .string(text)])
    case .number(let number): JSONNumber(number).map { .object(["numberValue": .number($0)]) }
    case .boolean(let boolean): .object(["boolValue": .bool(boolean)])
    case .date(let date): JSONNumber(date.days).map { .object(["numberValue": .number($0)]) }
    case .formula(let text, _): .object(["formulaValue": .string("=" + text)])
    }
  }

  /// `RRGGBB` as parts of 0 to 1.
  private static func rgb(_ color: String) -> JSONValue {
    let number = Int(color, radix: 16) ?? 0
    func part(_ shift: Int) -> JSONValue { JSONNumber(Double(number >> shift & 255) / 255).map { .number($0) } ?? 0 }
    return .object(["red": part(16), "green": part(8), "blue": part(0)])
  }

  private static func range(_ sheet: Int, _ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>) -> JSONValue {
    .object([
      "sheetId": json(sheet), "startRowIndex": json(rows.lowerBound - 1), "endRowIndex": json(rows.upperBound),
      "startColumnIndex": json(columns.lowerBound - 1), "endColumnIndex": json(columns.upperBound),
    ])
  }
}
