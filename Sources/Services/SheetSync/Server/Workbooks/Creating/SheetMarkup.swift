internal import SheetSyncDomain

/// The texts of a new workbook, each once.
struct TextTable {
  private var numbers: [String: Int] = [:]
  private var texts: [String] = []
  private var uses = 0

  mutating func number(of text: String) -> Int {
    uses += 1
    if let known = numbers[text] { return known }
    numbers[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  var part: String {
    let items = texts.map { text in
      "<si><t\(XMLText.needsSpacePreserved(text) ? " xml:space=\"preserve\"" : "")>\(XMLText.escape(text))</t></si>"
    }
    return XMLPart.declaration
      + "<sst xmlns=\"\(XMLPart.main)\" count=\"\(uses)\" uniqueCount=\"\(texts.count)\">\(items.joined())</sst>"
  }
}

/// The part of a new tab.
struct SheetMarkup {
  /// How far drop-downs and status colours reach, so that rows added later have them too.
  static let reach = 2000

  let tab: NewTab
  let isFirst: Bool

  /// - Parameters:
  ///   - drawingID: the relationship that leads to the tab's chart.
  ///   - commentShapesID: the relationship that leads to the shapes of its comments.
  func part(styles: inout StyleSheet, texts: inout TextTable, drawingID: String?, commentShapesID: String?) -> String {
    let lastColumn = CellAddress.letters(ofColumn: tab.columns.count)
    let lastRow = tab.rows.count + 1
    var xml = XMLPart.declaration
    xml += "<worksheet xmlns=\"\(XMLPart.main)\" xmlns:r=\"\(XMLPart.relationships)\">"
    xml += "<sheetPr><tabColor rgb=\"FF\(tab.color)\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr>"
    xml += "<dimension ref=\"A1:\(lastColumn)\(lastRow)\"/>"
    xml += "<sheetViews><sheetView\(isFirst ? " tabSelected=\"1\"" : "") workbookViewId=\"0\">"
    xml += "<pane xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\" activePane=\"bottomRight\" state=\"frozen\"/>"
    xml += "<selection pane=\"topRight\"/><selection pane=\"bottomLeft\"/>"
    xml += "<selection pane=\"bottomRight\" activeCell=\"B2\" sqref=\"B2\"/></sheetView></sheetViews>"
    xml += "<sheetFormatPr defaultRowHeight=\"15\"/>"
    xml += columns(styles: &styles)
    xml += "<sheetData>" + header(styles: &styles, texts: &texts)
    for (index, row) in tab.rows.enumerated() { xml += line(row, number: index + 2, styles: &styles, texts: &texts) }
    xml += "</sheetData>"
    if !tab.rows.isEmpty { xml += "<autoFilter ref=\"A1:\(lastColumn)\(lastRow)\"/>" }
    xml += conditionalFormats + validations
    xml += "<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.5\" header=\"0.3\" footer=\"0.3\"/>"
    xml += "<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>"
    if let drawingID { xml += "<drawing r:id=\"\(drawingID)\"/>" }
    if let commentShapesID { xml += "<legacyDrawing r:id=\"\(commentShapesID)\"/>" }
    return xml + "</worksheet>"
  }

  private func columns(styles: inout StyleSheet) -> String {
    var xml = ""
    for (index, column) in tab.columns.enumerated() {
      let style = styles.number(of: .body(column))
      xml += "<col min=\"\(index + 1)\" max=\"\(index + 1)\" width=\"\(column.width)\" style=\"\(style)\" customWidth=\"1\"/>"
    }
    return "<cols>\(xml)</cols>"
  }

  private func header(styles: inout StyleSheet, texts: inout TextTable) -> String {
    var xml = "<row r=\"1\" ht=\"32\" customHeight=\"1\">"
    for (index, column) in tab.columns.enumerated() {
      xml += cell(
        .text(column.header), at: CellAddress(row: 1, column: index + 1), style: styles.number(of: .header(column.owner)),
        texts: &texts)
    }
    return xml + "</row>"
  }

  private func line(_ values: [NewValue], number: Int, styles: inout StyleSheet, texts: inout TextTable) -> String {
    var xml = "<row r=\"\(number)\">"
    for (index, column) in tab.columns.enumerated() {
      let value = index < values.count ? values[index] : .blank
      xml += cell(value, at: CellAddress(row: number, column: index + 1), style: styles.number(of: .body(column)), texts: &texts)
    }
    return xml + "</row>"
  }

  private func cell(_ value: NewValue, at address: CellAddress, style: Int, texts: inout TextTable) -> String {
    let open = "<c r=\"\(address)\" s=\"\(style)\""
    switch value {
    case .blank: return open + "/>"
    case .text(let text): return open + " t=\"s\"><v>\(texts.number(of: text))</v></c>"
    case .number(let number): return open + "><v>\(CellMarkup.text(of: number))</v></c>"
    case .boolean(let isTrue): return open + " t=\"b\"><v>\(isTrue ? 1 : 0)</v></c>"
    case .date(let date): return open + "><v>\(CellMarkup.text(of: date.days))</v></c>"
    case .formula(let formula, let value):
      let body = "<f>\(XMLText.escape(formula))</f>"
      return switch value {
      case .text(let text): open + " t=\"str\">\(body)<v>\(XMLText.escape(text))</v></c>"
      case .number(let number): open + ">\(body)<v>\(CellMarkup.text(of: number))</v></c>"
      case .boolean(let isTrue): open + " t=\"b\">\(body)<v>\(isTrue ? 1 : 0)</v></c>"
      case .date(let date): open + ">\(body)<v>\(CellMarkup.text(of: date.days))</v></c>"
      case .blank, .formula: open + " t=\"str\">\(body)<v></v></c>"
      }
    }
  }

  /// Colours the statuses that Lodestar writes, and draws the tab's own bars.
  private var conditionalFormats: String {
    var xml = ""
    var priority = 1
    for (index, column) in tab.columns.enumerated() where column.header == "run_status" {
      let letters = CellAddress.letters(ofColumn: index + 1)
      let rules: [(String, StyleSheet.Difference)] = [
        ("FAILED", .bad), ("OK (warning)", .warning), ("OK (not compiled", .warning), ("OK", .good), ("RUNNING", .running),
      ]
      xml += "<conditionalFormatting sqref=\"\(letters)2:\(letters)\(Self.reach)\">"
      for (text, difference) in rules {
        xml += "<cfRule type=\"beginsWith\" dxfId=\"\(difference.rawValue)\" priority=\"\(priority)\" stopIfTrue=\"1\" "
        xml += "operator=\"beginsWith\" text=\"\(text)\"><formula>LEFT(\(letters)2,\(text.count))=\"\(text)\"</formula></cfRule>"
        priority += 1
      }
      xml += "</conditionalFormatting>"
    }
    for bar in tab.dataBars {
      xml +=
        "<conditionalFormatting sqref=\"\(bar.area)\"><cfRule type=\"dataBar\" priority=\"\(priority)\"><dataBar minLength=\"0\" maxLength=\"100\">"
      xml +=
        "<cfvo type=\"num\" val=\"0\"/><cfvo type=\"max\"/><color rgb=\"FF\(bar.color)\"/></dataBar></cfRule></conditionalFormatting>"
      priority += 1
    }
    return xml
  }

  /// Drop-downs in the columns.
  private var validations: String {
    var items: [String] = []
    for (index, column) in tab.columns.enumerated() {
      let letters = CellAddress.letters(ofColumn: index + 1)
      guard let choices = column.choices else { continue }
      let (formula, isWarning) =
        switch choices {
        case .these(let values): ("\"\(values.joined(separator: ","))\"", true)
        case .area(let area): (area, true)
        case .offered(let area): (area, false)
        }
      items.append(
        "<dataValidation type=\"list\" errorStyle=\"warning\" allowBlank=\"1\"\(isWarning ? " showErrorMessage=\"1\"" : "") "
          + "sqref=\"\(letters)2:\(letters)\(Self.reach)\"><formula1>\(XMLText.escape(formula))</formula1></dataValidation>")
    }
    return items.isEmpty ? "" : "<dataValidations count=\"\(items.count)\">\(items.joined())</dataValidations>"
  }
}
