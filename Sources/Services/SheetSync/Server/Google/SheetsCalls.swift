import SheetSyncDomain
import Wire

/// A call of the Google Sheets API, as its discovery document describes it.
struct SheetsCall: Sendable {
  var kind: QuotaKind
  /// After `/v4/spreadsheets/ID`.
  var path: String
  var id: String
  var query: [(name: String, value: String)] = []
  /// nil for GET.
  var body: JSONValue?

  func url(_ base: ServiceAddress) -> String {
    // Google indents its answers unless told otherwise: half of a large one would be spaces.
    let query = (query + [("prettyPrint", "false")]).map { "\($0.name)=\(PercentEncoded.query($0.value))" }.joined(separator: "&")
    return "\(base.text)/v4/spreadsheets/\(id)\(path)?\(query)"
  }

  /// spreadsheets.get: the title and what there is to know of the tabs.
  static func outline(_ address: SpreadsheetAddress) -> SheetsCall {
    SheetsCall(
      kind: .read, path: "", id: address.id,
      query: [
        (
          "fields",
          "properties(title),sheets(properties(sheetId,title,index,sheetType,hidden,gridProperties(rowCount,columnCount)))"
        )
      ])
  }

  /// spreadsheets.get: cells with everything that a value can be told by.
  ///
  /// values.batchGet would be shorter, but it tells a formula from its value, a date from a number and an error from a text only by
  /// being called twice, with formats asked for besides: three moments, between which rows can move. One call is one moment.
  static func cells(_ address: SpreadsheetAddress, _ ranges: [A1Range]) -> SheetsCall {
    let cell = "values(userEnteredValue(formulaValue),effectiveValue,effectiveFormat(numberFormat(type)))"
    let fields =
      "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),data(startRow,startColumn,rowData(\(cell))))"
    return SheetsCall(
      kind: .read, path: "", id: address.id, query: ranges.map { ("ranges", $0.description) } + [("fields", fields)])
  }

  /// values.batchGet: plain values, dates as serials.
  static func values(_ address: SpreadsheetAddress, _ ranges: [A1Range]) -> SheetsCall {
    SheetsCall(
      kind: .read, path: "/values:batchGet", id: address.id,
      query: ranges.map { ("ranges", $0.description) } + [
        ("majorDimension", "ROWS"), ("valueRenderOption", "UNFORMATTED_VALUE"), ("dateTimeRenderOption", "SERIAL_NUMBER"),
        ("fields", "valueRanges(range,values)"),
      ])
  }

  /// values.batchUpdate: values as they are. RAW keeps a text that begins with `=` a text.
  static func write(_ address: SpreadsheetAddress, _ ranges: [(tab: String, range: ValueRange)]) -> SheetsCall {
    let data = ranges.map { tab, range -> JSONValue in
      .object([
        "range": .string(range.a1(tab).description), "majorDimension": "ROWS",
        "values": .array(range.rows.map { .array($0.map(json)) }),
      ])
    }
    return SheetsCall(
      kind: .write, path: "/values:batchUpdate", id: address.id, query: [("fields", "totalUpdatedCells")],
      body: .object(["valueInputOption": "RAW", "data": .array(data)]))
  }

  /// spreadsheets.batchUpdate: all of the changes or none.
  static func change(_ address: SpreadsheetAddress, _ changes: [SheetChange]) -> SheetsCall {
    SheetsCall(
      kind: .write, path: ":batchUpdate", id: address.id,
      query: [("fields", "replies(addSheet(properties(sheetId,title)))")],
      body: .object(["requests": .array(changes.map(\.json))]))
  }

  private static func json(_ value: WrittenValue?) -> JSONValue {
    switch value {
    case nil: .null
    // An empty text empties the cell and leaves its format.
    case .blank: ""
    case .text(let text): .string(text)
    case .number(let number): JSONNumber(number).map { .number($0) } ?? ""
    case .boolean(let boolean): .bool(boolean)
    case .date(let date): JSONNumber(date.days).map { .number($0) } ?? ""
    }
  }
}
