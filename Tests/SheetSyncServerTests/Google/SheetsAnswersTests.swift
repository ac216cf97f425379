import SheetSyncDomain
import Testing
import Wire

@testable import SheetSyncServer

@Suite struct SheetsAnswersTests {
  private func cell(_ json: String) throws -> GridCell { GridCell(try JSONValue(parsing: json)) }

  static let cells: [(String, CellValue)] = [
    (#"{}"#, CellValue.blank),
    (#"{"effectiveValue":{"stringValue":"x"}}"#, .text("x")),
    (#"{"effectiveValue":{"stringValue":""}}"#, .blank),
    (#"{"effectiveValue":{"numberValue":180.5}}"#, .number(180.5)),
    (#"{"effectiveValue":{"boolValue":false}}"#, .boolean(false)),
    (
      #"{"effectiveValue":{"numberValue":46068},"effectiveFormat":{"numberFormat":{"type":"DATE"}}}"#,
      .date(DateSerial(days: 46068))
    ),
    (#"{"effectiveValue":{"numberValue":0.5},"effectiveFormat":{"numberFormat":{"type":"TIME"}}}"#, .date(DateSerial(days: 0.5))),
    (#"{"effectiveValue":{"numberValue":-3},"effectiveFormat":{"numberFormat":{"type":"DATE"}}}"#, .number(-3)),
    (#"{"effectiveValue":{"numberValue":46068},"effectiveFormat":{"numberFormat":{"type":"CURRENCY"}}}"#, .number(46068)),
    (#"{"effectiveValue":{"errorValue":{"type":"N_A","message":"Did not find value"}}}"#, .error("#N/A")),
    (
      #"{"userEnteredValue":{"formulaValue":"=1/0"},"effectiveValue":{"errorValue":{"type":"DIVIDE_BY_ZERO"}}}"#,
      .formula(cached: .error("#DIV/0!"))
    ),
    (#"{"userEnteredValue":{"formulaValue":"=A1"},"effectiveValue":{"stringValue":""}}"#, .formula(cached: .text(""))),
    (#"{"userEnteredValue":{"formulaValue":"=A1"}}"#, .formula(cached: nil)),
    (#"{"userEnteredValue":{"formulaValue":"=X()"},"effectiveValue":{"errorValue":{"type":"LOADING"}}}"#, .formula(cached: nil)),
    (
      #"{"userEnteredValue":{"formulaValue":"=TODAY()"},"effectiveValue":{"numberValue":46000},"effectiveFormat":{"numberFormat":{"type":"DATE"}}}"#,
      .formula(cached: .date(DateSerial(days: 46000)))
    ),
  ]

  @Test(arguments: cells)
  func `a cell is told by its value, its format and whether it is a formula`(json: String, value: CellValue) throws {
    #expect(try cell(json).value == value)
  }

  @Test func `pieces of an answer find their places, and what holds nothing is left out`() throws {
    let answer = try JSONValue(
      parsing: #"""
        {"sheets":[{"properties":{"sheetId":7,"title":"T","gridProperties":{"rowCount":1000,"columnCount":26}},"data":[
          {"rowData":[{"values":[{"effectiveValue":{"stringValue":"a"}}]},{},{"values":[{},{"effectiveValue":{"numberValue":1}}]}]},
          {"startRow":4,"startColumn":27,"rowData":[{"values":[{"effectiveFormat":{"numberFormat":{"type":"DATE"}}}]}]},
          {"startRow":9}]}]}
        """#)
    let grid = try #require(SheetGrid.all(answer)?.first)
    #expect(grid.outline == SheetOutline(id: 7, title: "T", rowCount: 1000, columnCount: 26))
    #expect(grid[1, 1].value == .text("a"))
    #expect(grid[3, 2].value == .number(1))
    #expect(grid[5, 28] == GridCell(value: .blank, showsDates: true))
    #expect(grid.cells.keys.sorted() == [1, 3, 5])
  }

  @Test func `tabs come in their order, those without cells are told`() throws {
    let answer = try JSONValue(
      parsing: #"""
        {"properties":{"title":"Plan"},"sheets":[
          {"properties":{"sheetId":3,"title":"Chart","index":1,"sheetType":"OBJECT"}},
          {"properties":{"title":"Sheet1","sheetType":"GRID","hidden":true,"gridProperties":{"rowCount":5,"columnCount":2}}}]}
        """#)
    let outline = try #require(SpreadsheetOutline(answer))
    #expect(outline.title == "Plan")
    #expect(outline.sheets.map(\.title) == ["Sheet1", "Chart"])
    #expect(outline.sheets.map(\.isGrid) == [true, false])
    #expect(outline.sheets[0].isHidden && outline.sheets[0].id == 0)
    #expect(SpreadsheetOutline(try JSONValue(parsing: #"{"error":{}}"#)) == nil)
  }

  @Test func `a call asks for what it needs, escaped`() throws {
    let address = try #require(SpreadsheetAddress("https://docs.google.com/spreadsheets/d/ID"))
    let base = try #require(ServiceAddress("https://sheets.googleapis.com/"))
    let url = SheetsCall.values(address, [A1Range(tab: "Ada's & co", rows: 2...9, columns: 1...1)]).url(base)
    #expect(
      url.hasPrefix(
        "https://sheets.googleapis.com/v4/spreadsheets/ID/values:batchGet?ranges=%27Ada%27%27s%20%26%20co%27%21A2%3AA9&"))
    #expect(url.contains("valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=SERIAL_NUMBER"))
    #expect(url.hasSuffix("&prettyPrint=false"))
  }

  @Test func `texts are written as they are, nothing for what is left alone`() throws {
    let address = try #require(SpreadsheetAddress("https://docs.google.com/spreadsheets/d/ID"))
    let range = ValueRange(
      top: 2, left: 3,
      rows: [[.text("=1+1"), nil, .blank], [.number(180), .boolean(true), .date(DateSerial(days: 46068.5))]])
    let body = try #require(SheetsCall.write(address, [("T", range)]).body)
    #expect(
      body.text()
        == #"{"valueInputOption":"RAW","data":[{"range":"'T'!C2:E3","majorDimension":"ROWS","values":[["=1+1",null,""],[180,true,46068.5]]}]}"#
    )
  }

  static let refusals: [(Int, String, WorkbookError.Kind, String)] = [
    (
      403, #"{"error":{"code":403,"message":"The caller does not have permission","status":"PERMISSION_DENIED"}}"#,
      WorkbookError.Kind.notShared, "robot@x.iam"
    ),
    (
      403,
      #"{"error":{"code":403,"message":"Google Sheets API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED"}}"#,
      .credentials, "not switched on"
    ),
    (404, #"{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}"#, .notFound, "no spreadsheet"),
    (401, #"{"error":{"code":401,"status":"UNAUTHENTICATED"}}"#, .credentials, "token"),
    (
      400, #"{"error":{"code":400,"message":"This operation is not supported for this document","status":"FAILED_PRECONDITION"}}"#,
      .notAWorkbook, "Save as Google Sheets"
    ),
    (429, #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#, .unavailable, "quota"),
    (503, "<html>", .unavailable, "cannot be reached"),
    (418, "\u{1}", .notAccessible, "418"),
  ]

  @Test(arguments: refusals)
  func `a refusal is told with its mend`(status: Int, body: String, kind: WorkbookError.Kind, words: String) {
    let error = WorkbookError.google(
      HTTPAnswer(status: status, retryAfterSeconds: nil, body: Array(body.utf8)), title: "Plan", email: "robot@x.iam")
    #expect(error.kind == kind)
    #expect(error.message.contains(words), "\(error.message)")
  }
}
