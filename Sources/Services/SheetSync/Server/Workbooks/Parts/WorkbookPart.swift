/// The part that lists a workbook's tabs and leads to everything else.
struct WorkbookPart {
  struct Sheet {
    var name: String
    var isHidden: Bool
    /// nil for chart, dialog and macro sheets.
    var part: String?
  }

  let sheets: [Sheet]
  /// Dates count from 1904 rather than 1900.
  let usesDateSystem1904: Bool
  let stylesPart: String?
  let sharedStringsPart: String?
  /// The order in which formulas are calculated; there when the workbook has formulas and Excel saved it.
  let hasCalculationChain: Bool

  init(in archive: borrowing Archive) throws(WorkbookError) {
    let file = archive.file
    guard let main = try Relationships(of: "", in: archive).first(ofType: "officeDocument") else {
      if archive.member("content.xml") != nil { throw .notAWorkbook(file, "this is an OpenDocument file") }
      throw .notAWorkbook(file, "this is a zip archive but no Excel workbook")
    }
    if main.part.hasSuffix(".bin") { throw .notAWorkbook(file, "this is a binary Excel workbook (.xlsb)") }
    guard let member = archive.member(main.part) else {
      throw .damaged(file, "its part \"\(main.part)\" is missing")
    }
    let handler = Handler()
    try XMLParser.parse(member, in: archive, limit: PartLimits.small, handler)
    guard handler.isWorkbook else { throw .notAWorkbook(file, "this is an Office document but no workbook") }

    let relationships = try Relationships(of: member.name, in: archive)
    var sheets: [Sheet] = []
    for (name, id, isHidden) in handler.sheets {
      guard let target = relationships.targets[id] else {
        throw .damaged(file, "the tab \"\(name)\" leads to no part of the file", tab: name)
      }
      sheets.append(Sheet(name: name, isHidden: isHidden, part: target.type == "worksheet" ? target.part : nil))
    }
    self.sheets = sheets
    usesDateSystem1904 = handler.usesDateSystem1904
    stylesPart = relationships.first(ofType: "styles")?.part
    sharedStringsPart = relationships.first(ofType: "sharedStrings")?.part
    hasCalculationChain = relationships.first(ofType: "calcChain") != nil
  }

  private final class Handler: XMLHandler {
    var isWorkbook = false
    var usesDateSystem1904 = false
    var sheets: [(name: String, id: String, isHidden: Bool)] = []
    private var depth = 0

    func begin(_ element: XMLElement, in parser: XMLParser) {
      depth += 1
      guard element.isMain else { return }
      if depth == 1, element.isNamed("workbook") { isWorkbook = true }
      if depth == 2, element.isNamed("workbookPr") { usesDateSystem1904 = element.flag("date1904") }
      if depth == 3, element.isNamed("sheet"), let name = element.text("name"), let id = element.relationshipID {
        let state = element.text("state")
        sheets.append((name, id, state == "hidden" || state == "veryHidden"))
      }
    }

    func end(in parser: XMLParser) {
      depth -= 1
    }
  }
}
