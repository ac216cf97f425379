internal import SheetSyncDomain

/// The two parts of a tab's comments on its headers: what they say, and the boxes that show it.
struct CommentMarkup {
  static let boxesType = "vmlDrawing"
  static let contentType = "application/vnd.openxmlformats-officedocument.vmlDrawing"
  private static let author = "Lodestar"

  /// The notes, by the columns of the header row, counted from 1.
  let notes: [(column: Int, text: String)]

  /// nil for a tab without notes.
  init?(_ tab: NewTab) {
    notes = tab.columns.enumerated().compactMap { index, column in column.note.map { (index + 1, $0) } }
    if notes.isEmpty { return nil }
  }

  var part: String {
    var xml =
      XMLPart.declaration + "<comments xmlns=\"\(XMLPart.main)\"><authors><author>\(Self.author)</author></authors><commentList>"
    for note in notes {
      xml += "<comment ref=\"\(CellAddress(row: 1, column: note.column))\" authorId=\"0\"><text><r><rPr><sz val=\"10\"/>"
      xml +=
        "<rFont val=\"Calibri\"/><family val=\"2\"/></rPr><t xml:space=\"preserve\">\(XMLText.escape(note.text))</t></r></text>"
      xml += "</comment>"
    }
    return xml + "</commentList></comments>"
  }

  /// The boxes, in the older language that spreadsheet programs still want them in: hidden until the pointer is over the header.
  var boxes: String {
    var xml = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    xml += "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/>"
    xml += "</o:shapelayout><v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" "
    xml +=
      "path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/>"
    xml += "</v:shapetype>"
    for (index, note) in notes.enumerated() { xml += box(note, number: index) }
    return xml + "</xml>"
  }

  /// A box beside its header, two columns wide and three rows high; higher for a longer note.
  private func box(_ note: (column: Int, text: String), number: Int) -> String {
    let rows = 3 + note.text.count / 40
    let anchor = "\(note.column), 12, 0, 4, \(note.column + 2), 40, \(rows), 4"
    return "<v:shape id=\"_x0000_s\(1025 + number)\" type=\"#_x0000_t202\" "
      + "style=\"position:absolute;z-index:\(number + 1);visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">"
      + "<v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>"
      + "<v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>"
      + "<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>\(anchor)</x:Anchor>"
      + "<x:AutoFill>False</x:AutoFill><x:Row>0</x:Row><x:Column>\(note.column - 1)</x:Column></x:ClientData></v:shape>"
  }
}
