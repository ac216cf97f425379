import SeededNumbers
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

/// Random edits of random sheets against a model, which is a dictionary of cells.
struct WorkbookPropertyTests {
  private static let columns = 7
  private static let rows = 9

  let folder = TemporaryFolder()

  @Test(arguments: 1...150)
  func `any sequence of edits leaves just what was written, and everything else as it was`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var model: [CellAddress: CellValue] = [:]
    var workbook = TestWorkbook(randomSheet(&model, &random))
    workbook.sharedStrings = "<si><t>shared</t></si><si><t>zwei &lt;</t></si>"
    workbook.styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>"
    let path = workbook.write(to: folder)
    let other = RawEntry.all(of: path).filter { $0.name != "xl/worksheets/sheet1.xml" }
    #expect(try await contents(of: path) == model, "seed \(seed), before any edit")

    // A cell keeps its format, so a number written over a date shows as one.
    var dateCells = Set(model.filter { if case .date = $0.value { true } else { false } }.keys)
    let file = try await WorkbookFile.open(path, for: .edit)
    for step in 1...4 {
      let writes = randomWrites(&random)
      let expected = writes.filter { model[$0.address]?.isFormula == true }.map(\.address).sorted()
      let outcome = try await file.write([TabWrites(tab: "Data", writes: writes, onFormula: .skip)])
      #expect(outcome.skipped.map(\.address) == expected, "seed \(seed), step \(step)")
      for write in writes where model[write.address]?.isFormula != true {
        if case .date = write.value { dateCells.insert(write.address) }
        model[write.address] = read(write.value, isDateCell: dateCells.contains(write.address))
      }
      let differences = differences(try await contents(of: path), model)
      #expect(differences == [], "seed \(seed), step \(step)")
      try checkDimension(of: path, model, "seed \(seed), step \(step)")
    }
    #expect(RawEntry.all(of: path).filter { $0.name != "xl/worksheets/sheet1.xml" } == other, "seed \(seed)")
  }

  private func contents(of path: String) async throws -> [CellAddress: CellValue] {
    var cells: [CellAddress: CellValue] = [:]
    for row in try await readAll(path).rows {
      for cell in row.cells { cells[CellAddress(row: row.number, column: cell.column)] = cell.value }
    }
    return cells
  }

  private func differences(_ found: [CellAddress: CellValue], _ expected: [CellAddress: CellValue]) -> [String] {
    Set(found.keys).union(expected.keys).sorted().filter { found[$0] != expected[$0] }.map { address in
      "\(address) is \(found[address] ?? .blank), not \(expected[address] ?? .blank)"
    }
  }

  /// The used range that the sheet declares holds every filled cell.
  private func checkDimension(of path: String, _ model: [CellAddress: CellValue], _ comment: Comment) throws {
    let xml = try memberText("xl/worksheets/sheet1.xml", of: path)
    guard let start = xml.firstRange(of: "<dimension ref=\"")?.upperBound else { return }
    let area = try #require(CellArea(String(xml[start...].prefix { $0 != "\"" })))
    for address in model.keys { #expect(area.contains(address), comment) }
  }

  private func read(_ value: WrittenValue, isDateCell: Bool) -> CellValue? {
    switch value {
    case .blank, .text(""): nil
    case .text(let text): .text(text)
    case .number(let number) where isDateCell && (0..<2_958_466).contains(number): .date(DateSerial(days: number))
    case .number(let number): .number(number)
    case .boolean(let isTrue): .boolean(isTrue)
    case .date(let date): .date(date)
    }
  }

  private func randomSheet(_ model: inout [CellAddress: CellValue], _ random: inout SeededGenerator) -> String {
    var rows = ""
    let names = Bool.random(using: &random)
    var previousRow = 0
    for row in 1...Self.rows where Int.random(in: 0..<3, using: &random) > 0 {
      var cells = ""
      var previousColumn = 0
      for column in 1...Self.columns where Int.random(in: 0..<3, using: &random) > 0 {
        let address = CellAddress(row: row, column: column)
        let mustName = names || column != previousColumn + 1
        previousColumn = column
        let (attributes, body, value) = randomCell(&random)
        cells += "<c\(mustName ? " r=\"\(address)\"" : "")\(attributes)" + (body.isEmpty ? "/>" : ">\(body)</c>")
        if Bool.random(using: &random) { cells += "\n  <!-- note -->" }
        model[address] = value
      }
      let mustName = names || row != previousRow + 1
      previousRow = row
      let spans = Bool.random(using: &random) ? " spans=\"1:\(max(previousColumn, 1))\"" : ""
      let tag = "<row\(mustName ? " r=\"\(row)\"" : "")\(spans)"
      rows += cells.isEmpty ? "\(tag)/>" : "\(tag)>\(cells)</row>"
    }
    let dimension =
      Bool.random(using: &random) ? "<dimension ref=\"A1:\(CellAddress(row: Self.rows, column: Self.columns))\"/>" : ""
    let data = rows.isEmpty ? "<sheetData/>" : "<sheetData>\(rows)</sheetData>"
    return "<worksheet xmlns=\"\(XMLPart.main)\">\(dimension)\(data)<pageMargins left=\"1\"/></worksheet>"
  }

  private func randomCell(_ random: inout SeededGenerator) -> (attributes: String, body: String, value: CellValue?) {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: ("", "<v>12.5</v>", .number(12.5))
    case 1: (" t=\"s\"", "<v>1</v>", .text("zwei <"))
    case 2: (" s=\"1\"", "<v>46068.25</v>", .date(DateSerial(days: 46_068.25)))
    case 3: (" t='b'", "<v>0</v>", .boolean(false))
    case 4: ("", "<f>SUM(A1:A2)</f><v>3</v>", .formula(cached: .number(3)))
    case 5: (" t=\"str\"", "<f>A1&amp;\"\"</f>", .formula(cached: nil))
    case 6: (" t=\"inlineStr\"", "<is><r><t>a</t></r><r><t>&#x62;</t></r></is>", .text("ab"))
    default: ("", "", nil)
    }
  }

  private func randomWrites(_ random: inout SeededGenerator) -> [CellWrite] {
    var addresses: Set<CellAddress> = []
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      addresses.insert(
        CellAddress(
          row: Int.random(in: 1...(Self.rows + 3), using: &random), column: Int.random(in: 1...(Self.columns + 30), using: &random))
      )
    }
    return addresses.sorted().shuffled(using: &random).map { address in
      let value: WrittenValue =
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .blank
        case 1: .text(["=1+1", " <&> ", "_x0041_\u{1}", "grün\r\n😀", ""].randomElement(using: &random)!)
        case 2: .number(Double.random(in: -1e9...1e9, using: &random))
        case 3: .boolean(.random(using: &random))
        case 4: .date(DateSerial(days: Double(Int.random(in: 1...60_000, using: &random)) + 0.5))
        default: .number(Double(Int.random(in: -5...5, using: &random)))
        }
      return CellWrite(address, value)
    }
  }
}
