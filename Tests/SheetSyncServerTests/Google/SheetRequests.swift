import Wire

/// What another person does to a spreadsheet, as the requests of a batchUpdate; rows and columns are counted from 0, as Google does.
extension JSONValue {
  static func insertRow(at row: Int, of sheet: JSONValue = 0) -> JSONValue {
    .object(["insertDimension": .object(["range": span("ROWS", row, of: sheet)])])
  }

  static func deleteRow(at row: Int, of sheet: JSONValue = 0) -> JSONValue {
    .object(["deleteDimension": .object(["range": span("ROWS", row, of: sheet)])])
  }

  /// Moves a column of the first sheet to before another.
  static func moveColumn(_ column: Int, before other: Int) -> JSONValue {
    .object([
      "moveDimension": .object(["source": span("COLUMNS", column, of: 0), "destinationIndex": .number(JSONNumber(other))])
    ])
  }

  /// Gives a cell of the first sheet a format for dates.
  static func showDate(row: Int, column: Int) -> JSONValue {
    .object([
      "repeatCell": .object([
        "range": .object([
          "sheetId": 0, "startRowIndex": .number(JSONNumber(row)), "endRowIndex": .number(JSONNumber(row + 1)),
          "startColumnIndex": .number(JSONNumber(column)), "endColumnIndex": .number(JSONNumber(column + 1)),
        ]),
        "cell": .object(["userEnteredFormat": .object(["numberFormat": .object(["type": "DATE"])])]),
        "fields": "userEnteredFormat.numberFormat",
      ])
    ])
  }

  /// One row or column.
  private static func span(_ dimension: String, _ index: Int, of sheet: JSONValue) -> JSONValue {
    .object([
      "sheetId": sheet, "dimension": .string(dimension), "startIndex": .number(JSONNumber(index)),
      "endIndex": .number(JSONNumber(index + 1)),
    ])
  }
}
