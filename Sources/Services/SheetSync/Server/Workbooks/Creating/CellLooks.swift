/// How a cell looks: what a style says, spelt out.
struct CellLook: Hashable {
  var color = "111827"
  var isBold = false
  var size = 11
  /// `RRGGBB`, or none.
  var fill: String?
  var format = NewColumn.Format.plain
  var isHeader = false

  static let title = CellLook(color: "1F3A5F", isBold: true, size: 14)

  static func header(_ owner: NewColumn.Owner) -> CellLook {
    switch owner {
    case .person: CellLook(color: "FFFFFF", isBold: true, fill: "1F3A5F", isHeader: true)
    case .derived: CellLook(color: "FFFFFF", isBold: true, fill: "64748B", isHeader: true)
    case .system: CellLook(color: "334155", isBold: true, fill: "DCE3EC", isHeader: true)
    }
  }

  static func body(_ column: NewColumn) -> CellLook {
    switch column.owner {
    case .person: CellLook(format: column.format)
    case .derived: CellLook(color: "475569", fill: "F1F4F8", format: column.format)
    case .system: CellLook(color: "64748B", format: column.format)
    }
  }
}

/// The styles part of a new workbook: collects the looks in use and numbers them.
struct StyleSheet {
  private var looks: [CellLook] = [CellLook()]
  private let plainFills = [
    "<fill><patternFill patternType=\"none\"/></fill>", "<fill><patternFill patternType=\"gray125\"/></fill>",
  ]

  /// The number of a look, as cells refer to it.
  mutating func number(of look: CellLook) -> Int {
    if let known = looks.firstIndex(of: look) { return known }
    looks.append(look)
    return looks.count - 1
  }

  /// The differential formats by number: how statuses are coloured.
  enum Difference: Int, CaseIterable {
    case good, warning, bad, running

    fileprivate var colors: (text: String, fill: String) {
      switch self {
      case .good: ("166534", "E7F6EC")
      case .warning: ("92400E", "FEF3D6")
      case .bad: ("991B1B", "FDE8E8")
      case .running: ("1E40AF", "E5EDFF")
      }
    }
  }

  var part: String {
    var fonts: [String] = []
    var fills = plainFills
    var cells = ""
    for look in looks {
      let font = Self.position(of: Self.font(look), in: &fonts)
      let fill = look.fill.map { Self.position(of: Self.fill($0), in: &fills) } ?? 0
      let alignment = Self.alignment(look)
      cells +=
        "<xf numFmtId=\"\(Self.formatNumber(look.format))\" fontId=\"\(font)\" fillId=\"\(fill)\" borderId=\"0\" xfId=\"0\" "
        + "applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\""
        + (alignment.isEmpty ? "/>" : " applyAlignment=\"1\">\(alignment)</xf>")
    }
    let differences = Difference.allCases.map { difference in
      "<dxf><font><color rgb=\"FF\(difference.colors.text)\"/></font><fill><patternFill patternType=\"solid\">"
        + "<fgColor rgb=\"FF\(difference.colors.fill)\"/><bgColor rgb=\"FF\(difference.colors.fill)\"/></patternFill></fill></dxf>"
    }
    return XMLPart.declaration + "<styleSheet xmlns=\"\(XMLPart.main)\">"
      + "<numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
      + "<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>"
      // LibreOffice shows 1 for TRUE in some cells without it.
      + "<numFmt numFmtId=\"166\" formatCode=\"&quot;TRUE&quot;;&quot;TRUE&quot;;&quot;FALSE&quot;\"/></numFmts>"
      + "<fonts count=\"\(fonts.count)\">\(fonts.joined())</fonts><fills count=\"\(fills.count)\">\(fills.joined())</fills>"
      + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
      + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
      + "<cellXfs count=\"\(looks.count)\">\(cells)</cellXfs>"
      + "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
      + "<dxfs count=\"\(differences.count)\">\(differences.joined())</dxfs></styleSheet>"
  }

  private static func alignment(_ look: CellLook) -> String {
    if look.isHeader { return "<alignment vertical=\"center\" wrapText=\"1\"/>" }
    return switch look.format {
    case .plain, .literal: ""
    case .boolean: "<alignment horizontal=\"center\"/>"
    case .wholeNumber, .date, .timestamp, .percent: "<alignment horizontal=\"right\"/>"
    }
  }

  private static func formatNumber(_ format: NewColumn.Format) -> Int {
    switch format {
    case .plain: 0
    case .wholeNumber: 3
    case .percent: 9
    case .literal: 49
    case .date: 164
    case .timestamp: 165
    case .boolean: 166
    }
  }

  private static func font(_ look: CellLook) -> String {
    "<font>" + (look.isBold ? "<b/>" : "")
      + "<sz val=\"\(look.size)\"/><color rgb=\"FF\(look.color)\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
  }

  private static func fill(_ color: String) -> String {
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF\(color)\"/><bgColor indexed=\"64\"/></patternFill></fill>"
  }

  private static func position(of element: String, in list: inout [String]) -> Int {
    if let known = list.firstIndex(of: element) { return known }
    list.append(element)
    return list.count - 1
  }
}

/// What every part of a new workbook begins with and refers to.
enum XMLPart {
  static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  static let relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  static let packageRelationships = "http://schemas.openxmlformats.org/package/2006/relationships"
  static let drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
}
