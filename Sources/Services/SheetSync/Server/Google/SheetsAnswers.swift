import SheetSyncDomain
import Wire

/// What spreadsheets.get tells of a spreadsheet without its cells.
struct SpreadsheetOutline: Sendable {
  var title: String
  /// In the order of the tabs.
  var sheets: [SheetOutline]

  /// nil when the answer is none of this kind.
  init?(_ answer: JSONValue) {
    guard let title = answer["properties"]?["title"]?.stringValue else { return nil }
    self.title = title
    var sheets: [(index: Int, sheet: SheetOutline)] = []
    for entry in answer["sheets"]?.arrayValue ?? [] {
      guard let properties = entry["properties"], let sheet = SheetOutline(properties) else { return nil }
      sheets.append((Int(properties["index"]?.int64Value ?? 0), sheet))
    }
    self.sheets = sheets.sorted { $0.index < $1.index }.map(\.sheet)
  }
}

struct SheetOutline: Hashable, Sendable {
  var id: Int
  var title: String
  var isHidden: Bool
  /// False for charts and for data from elsewhere.
  var isGrid: Bool
  var rowCount: Int
  var columnCount: Int

  init(id: Int, title: String, isHidden: Bool = false, isGrid: Bool = true, rowCount: Int, columnCount: Int) {
    self.id = id
    self.title = title
    self.isHidden = isHidden
    self.isGrid = isGrid
    self.rowCount = rowCount
    self.columnCount = columnCount
  }

  init?(_ properties: JSONValue) {
    guard let title = properties["title"]?.stringValue else { return nil }
    let grid = properties["gridProperties"]
    // Google leaves out what is 0 or false.
    self.init(
      id: Int(properties["sheetId"]?.int64Value ?? 0), title: title, isHidden: properties["hidden"]?.boolValue ?? false,
      isGrid: ["GRID", nil].contains(properties["sheetType"]?.stringValue), rowCount: Int(grid?["rowCount"]?.int64Value ?? 0),
      columnCount: Int(grid?["columnCount"]?.int64Value ?? 0))
  }
}

/// A cell as spreadsheets.get gives it.
struct GridCell: Hashable, Sendable {
  var value: CellValue
  /// Its format shows numbers as dates or times.
  var showsDates: Bool

  static let nothing = GridCell(value: .blank, showsDates: false)

  init(value: CellValue, showsDates: Bool) {
    self.value = value
    self.showsDates = showsDates
  }

  init(_ cell: JSONValue) {
    let format = cell["effectiveFormat"]?["numberFormat"]?["type"]?.stringValue
    let showsDates = format == "DATE" || format == "DATE_TIME" || format == "TIME"
    let isFormula = cell["userEnteredValue"]?["formulaValue"] != nil
    let shown = cell["effectiveValue"].flatMap { Self.value($0, showsDates: showsDates) }
    self.showsDates = showsDates
    if isFormula {
      value = .formula(cached: shown)
    } else {
      value = shown == .text("") ? .blank : shown ?? .blank
    }
  }

  /// nil for a value that is not known yet.
  private static func value(_ value: JSONValue, showsDates: Bool) -> CellValue? {
    guard let member = value.objectValue?.members.first else { return nil }
    switch (member.name, member.value) {
    case ("stringValue", .string(let text)): return .text(text)
    case ("boolValue", .bool(let boolean)): return .boolean(boolean)
    case ("numberValue", .number(let number)):
      guard let number = number.double else { return nil }
      // What no calendar has is a number whatever its format.
      return showsDates && (0..<2_958_466).contains(number) ? .date(DateSerial(days: number)) : .number(number)
    case ("errorValue", let error):
      let type = error["type"]?.stringValue ?? "ERROR"
      return type == "LOADING" ? nil : .error(errorTexts[type] ?? "#ERROR!")
    default: return nil
    }
  }

  private static let errorTexts = [
    "N_A": "#N/A", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!", "NAME": "#NAME?", "NUM": "#NUM!",
    "NULL_VALUE": "#NULL!",
  ]
}

/// Cells of one tab, from one call.
struct SheetGrid: Sendable {
  var outline: SheetOutline
  /// By row and column, counted from 1; what holds nothing and shows no dates is left out.
  var cells: [Int: [Int: GridCell]] = [:]

  subscript(row: Int, column: Int) -> GridCell { cells[row]?[column] ?? .nothing }

  /// The tabs of an answer; nil when it is none of this kind.
  static func all(_ answer: JSONValue) -> [SheetGrid]? {
    var grids: [SheetGrid] = []
    for entry in answer["sheets"]?.arrayValue ?? [] {
      guard let outline = entry["properties"].flatMap(SheetOutline.init) else { return nil }
      var grid = SheetGrid(outline: outline)
      // One piece for each range that was asked for; each says where it begins.
      for piece in entry["data"]?.arrayValue ?? [] { grid.add(piece) }
      grids.append(grid)
    }
    return grids
  }

  private mutating func add(_ piece: JSONValue) {
    let top = Int(piece["startRow"]?.int64Value ?? 0) + 1
    let left = Int(piece["startColumn"]?.int64Value ?? 0) + 1
    for (index, row) in (piece["rowData"]?.arrayValue ?? []).enumerated() {
      for (offset, cell) in (row["values"]?.arrayValue ?? []).enumerated() {
        let found = GridCell(cell)
        if found != .nothing { cells[top + index, default: [:]][left + offset] = found }
      }
    }
  }
}
