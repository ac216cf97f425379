internal import SheetSyncDomain

extension NewWorkbook {
  private static let office = "application/vnd.openxmlformats-officedocument."

  /// The package's parts in the order that spreadsheet programs write them.
  var parts: [PackagePart] {
    var styles = StyleSheet()
    var texts = TextTable()
    var sheets: [PackagePart] = []
    var others: [PackagePart] = []
    var counts = (charts: 0, comments: 0)
    for (index, tab) in tabs.enumerated() {
      var links: [(type: String, part: String)] = []
      if let chart = tab.chart {
        counts.charts += 1
        links.append(("drawing", "../drawings/drawing\(counts.charts).xml"))
        others += chartParts(ChartMarkup(chart: chart), number: counts.charts)
      }
      let drawingID = links.isEmpty ? nil : "rId\(links.count)"
      let comments = CommentMarkup(tab)
      if let comments {
        counts.comments += 1
        links.append((CommentMarkup.boxesType, "../drawings/vmlDrawing\(counts.comments).vml"))
        links.append(("comments", "../comments\(counts.comments).xml"))
        others += [
          PackagePart("xl/comments\(counts.comments).xml", comments.part),
          PackagePart("xl/drawings/vmlDrawing\(counts.comments).vml", comments.boxes),
        ]
      }
      let xml = SheetMarkup(tab: tab, isFirst: index == 0).part(
        styles: &styles, texts: &texts, drawingID: drawingID, commentShapesID: comments == nil ? nil : "rId\(links.count - 1)")
      sheets.append(PackagePart("xl/worksheets/sheet\(index + 1).xml", xml))
      if !links.isEmpty { others.append(PackagePart("xl/worksheets/_rels/sheet\(index + 1).xml.rels", relationships(links))) }
    }
    return [
      PackagePart("[Content_Types].xml", contentTypes(chartCount: counts.charts, commentsCount: counts.comments)),
      PackagePart("_rels/.rels", relationships([("officeDocument", "xl/workbook.xml")])),
      PackagePart("xl/workbook.xml", workbookPart),
      PackagePart("xl/_rels/workbook.xml.rels", workbookRelationships),
    ] + sheets + [PackagePart("xl/styles.xml", styles.part), PackagePart("xl/sharedStrings.xml", texts.part)] + others
  }

  private func chartParts(_ markup: ChartMarkup, number: Int) -> [PackagePart] {
    [
      PackagePart("xl/drawings/drawing\(number).xml", markup.drawing(chartID: "rId1")),
      PackagePart("xl/drawings/_rels/drawing\(number).xml.rels", relationships([("chart", "../charts/chart\(number).xml")])),
      PackagePart("xl/charts/chart\(number).xml", markup.part),
    ]
  }

  private func contentTypes(chartCount: Int, commentsCount: Int) -> String {
    func override(_ part: String, _ type: String) -> String {
      "<Override PartName=\"/\(part)\" ContentType=\"\(Self.office)\(type)+xml\"/>"
    }
    var xml = XMLPart.declaration + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    xml += "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    xml += "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    if commentsCount > 0 { xml += "<Default Extension=\"vml\" ContentType=\"\(CommentMarkup.contentType)\"/>" }
    xml += override("xl/workbook.xml", "spreadsheetml.sheet.main")
    for index in tabs.indices { xml += override("xl/worksheets/sheet\(index + 1).xml", "spreadsheetml.worksheet") }
    xml += override("xl/styles.xml", "spreadsheetml.styles")
    xml += override("xl/sharedStrings.xml", "spreadsheetml.sharedStrings")
    for number in 1..<(chartCount + 1) {
      xml += override("xl/drawings/drawing\(number).xml", "drawing")
      xml += override("xl/charts/chart\(number).xml", "drawingml.chart")
    }
    for number in 1..<(commentsCount + 1) { xml += override("xl/comments\(number).xml", "spreadsheetml.comments") }
    return xml + "</Types>"
  }

  /// The workbook is calculated anew when it is opened: its formulas look at tabs that Lodestar writes.
  private var workbookPart: String {
    var sheets = ""
    var filters = ""
    for (index, tab) in tabs.enumerated() {
      let state = tab.isHidden ? " state=\"hidden\"" : ""
      sheets += "<sheet name=\"\(XMLText.escapeAttribute(tab.name))\" sheetId=\"\(index + 1)\"\(state) r:id=\"rId\(index + 1)\"/>"
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
