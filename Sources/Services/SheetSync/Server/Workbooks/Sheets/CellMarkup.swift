internal import SheetSyncDomain

/// Writes cells as XML. Text stands in the cell itself, so that the shared strings stay as they are.
struct CellMarkup {
  let styles: Styles
  let usesDateSystem1904: Bool

  /// A cell with a value, in place of one that had this style. `prefix` is the namespace prefix in use there, with its colon.
  func element(_ address: CellAddress, _ value: WrittenValue, style: Int, prefix: String) -> String {
    switch value {
    case .blank, .text(""): tag(address, style: style, type: nil, prefix: prefix) + "/>"
    case .text(let text): inline(address, text, style: style, prefix: prefix)
    case .number(let number): plain(address, Self.text(of: number), style: style, type: nil, prefix: prefix)
    case .boolean(let isTrue): plain(address, isTrue ? "1" : "0", style: style, type: "b", prefix: prefix)
    case .date(let date): element(address, date, style: style, prefix: prefix)
    }
  }

  /// Shortest text that reads back as the same number; whole numbers without a point.
  static func text(of number: Double) -> String {
    if let whole = Int64(exactly: number), abs(whole) < 1 << 53 { return String(whole) }
    return String(describing: number)
  }

  private func element(_ address: CellAddress, _ date: DateSerial, style: Int, prefix: String) -> String {
    let days = date.days - (usesDateSystem1904 ? DateSystem1904.offset : 0)
    guard days >= 0, let style = styles.styleForDate(over: style, withTime: !date.isWholeDay) else {
      return inline(address, date.iso, style: style, prefix: prefix)
    }
    return plain(address, Self.text(of: days), style: style, type: nil, prefix: prefix)
  }

  private func plain(_ address: CellAddress, _ value: String, style: Int, type: String?, prefix: String) -> String {
    var xml = tag(address, style: style, type: type, prefix: prefix)
    for piece in ["><", prefix, "v>", value, "</", prefix, "v></", prefix, "c>"] { xml += piece }
    return xml
  }

  private func inline(_ address: CellAddress, _ text: String, style: Int, prefix: String) -> String {
    var xml = tag(address, style: style, type: "inlineStr", prefix: prefix)
    let space = XMLText.needsSpacePreserved(text) ? " xml:space=\"preserve\">" : ">"
    for piece in ["><", prefix, "is><", prefix, "t", space, XMLText.escape(text)] { xml += piece }
    for piece in ["</", prefix, "t></", prefix, "is></", prefix, "c>"] { xml += piece }
    return xml
  }

  private func tag(_ address: CellAddress, style: Int, type: String?, prefix: String) -> String {
    var xml = ""
    xml.reserveCapacity(120)
    for piece in ["<", prefix, "c r=\"", CellAddress.letters(ofColumn: address.column), String(address.row), "\""] { xml += piece }
    if style != 0 { for piece in [" s=\"", String(style), "\""] { xml += piece } }
    if let type { for piece in [" t=\"", type, "\""] { xml += piece } }
    return xml
  }
}
