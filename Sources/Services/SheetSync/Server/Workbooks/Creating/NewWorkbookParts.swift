internal import SheetSyncDomain

extension NewWorkbook {
  private static let office = "application/vnd.openxmlformats-officedocument."

  /// The package's parts in the order that spreadsheet programs write them.
  var parts: [PackagePart] {
    var styles = StyleSheet()
    var texts = TextTable()
    var sheets: [PackagePart] = []
    var charts: [PackagePart] = []
    for (index, tab) in tabs.enumerated() {
      let markup = SheetMarkup(tab: tab, isFirst: index == 0)
      let xml = markup.part(styles: &styles, texts: &texts, drawingID: tab.chart == nil ? nil : "rId1")
      sheets.append(PackagePart("xl/worksheets/sheet\(index + 1).xml", xml))
      guard let chart = tab.chart else { continue }
      let number = charts.count / 4 + 1
      charts += chartParts(ChartMarkup(chart: chart), number: number, sheet: index + 1)
    }
    let chartCount = charts.count / 4
    return [
      PackagePart("[Content_Types].xml", contentTypes(chartCount: chartCount)),
      PackagePart("_rels/.rels", relationships([("officeDocument", "xl/workbook.xml")])),
      PackagePart("xl/workbook.xml", workbookPart),
      PackagePart("xl/_rels/workbook.xml.rels", workbookRelationships),
    ] + sheets + [PackagePart("xl/styles.xml", styles.part), PackagePart("xl/sharedStrings.xml", texts.part)] + charts
  }

  private func chartParts(_ markup: ChartMarkup, number: Int, sheet: Int) -> [PackagePart] {
    [
      PackagePart(
        "xl/worksheets/_rels/sheet\(sheet).xml.rels", relationships([("drawing", "../drawings/drawing\(number).xml")])),
      PackagePart("xl/drawings/drawing\(number).xml", markup.drawing(chartID: "rId1")),
      PackagePart("xl/drawings/_rels/drawing\(number).xml.rels", relationships([("chart", "../charts/chart\(number).xml")])),
      PackagePart("xl/charts/chart\(number).xml", markup.part),
    ]
  }

  private func contentTypes(chartCount: Int) -> String {
    func override(_ part: String, _ type: String) -> String {
      "<Override PartName=\"/\(part)\" ContentType=\"\(Self.office)\(type)+xml\"/>"
    }
    var xml = XMLPart.declaration + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    xml += "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    xml += "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    xml += override("xl/workbook.xml", "spreadsheetml.sheet.main")
    for index in tabs.indices { xml += override("xl/worksheets/sheet\(index + 1).xml", "spreadsheetml.worksheet") }
    xml += override("xl/styles.xml", "spreadsheetml.styles")
    xml += override("xl/sharedStrings.xml", "spreadsheetml.sharedStrings")
    for number in 1..<(chartCount + 1) {
      xml += override("xl/drawings/drawing\(number).xml", "drawing")
      xml += override("xl/charts/chart\(number).xml", "drawingml.chart")
    }
    return xml + "</Types>"
  }

  /// The workbook is calculated anew when it is opened: its formulas look at tabs that Lodestar writes.
  private var workbookPart: String {
    var sheets = ""
    var filters = ""
    for (index, tab) in tabs.enumerated() {
      sheets += "<sheet name=\"\(XMLText.escapeAttribute(tab.name))\" sheetId=\"\(index + 1)\" r:id=\"rId\(index + 1)\"/>"
      guard !tab.rows.isEmpty else { continue }
      let area = "$A$1:$\(CellAddress.letters(ofColumn: tab.columns.count))$\(tab.rows.count + 1)"
      filters += "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"\(index)\" hidden=\"1\">"
      filters +=
        "\(XMLText.escape("'\(tab.name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'!\(area)"))"
      filters += "</definedName>"
    }
    return XMLPart.declaration + "<workbook xmlns=\"\(XMLPart.main)\" xmlns:r=\"\(XMLPart.relationships)\"><workbookPr/>"
      + "<bookViews><workbookView xWindow=\"0\" yWindow=\"0\" windowWidth=\"28800\" windowHeight=\"16000\" tabRatio=\"800\"/></bookViews>"
      + "<sheets>\(sheets)</sheets>" + (filters.isEmpty ? "" : "<definedNames>\(filters)</definedNames>")
      + "<calcPr calcId=\"191029\" fullCalcOnLoad=\"1\"/></workbook>"
  }

  private var workbookRelationships: String {
    relationships(
      tabs.indices.map { ("worksheet", "worksheets/sheet\($0 + 1).xml") } + [
        ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"),
      ])
  }

  private func relationships(_ targets: [(type: String, part: String)]) -> String {
    var xml = XMLPart.declaration + "<Relationships xmlns=\"\(XMLPart.packageRelationships)\">"
    for (index, target) in targets.enumerated() {
      xml += "<Relationship Id=\"rId\(index + 1)\" Type=\"\(XMLPart.relationships)/\(target.type)\" Target=\"\(target.part)\"/>"
    }
    return xml + "</Relationships>"
  }
}
