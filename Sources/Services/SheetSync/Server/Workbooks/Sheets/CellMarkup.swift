internal import SheetSyncDomain

/// Writes cells as XML, in the bytes of UTF-8: a save writes three for each row. Text stands in the cell itself, so that the shared
/// strings stay as they are.
struct CellMarkup {
  let styles: Styles
  let usesDateSystem1904: Bool

  /// Appends a cell with a value, in place of one that had this style. `prefix` is the namespace prefix in use there, with its colon.
  func append(_ value: WrittenValue, at address: CellAddress, style: Int, prefix: String, to xml: inout [UInt8]) {
    switch value {
    case .blank, .text(""):
      appendTag(address, style: style, type: "", prefix: prefix, to: &xml)
      xml.add("/>")
    case .text(let text): appendInline(text, at: address, style: style, prefix: prefix, to: &xml)
    case .number(let number): appendPlain(number, at: address, style: style, prefix: prefix, to: &xml)
    case .boolean(let isTrue): appendPlain(isTrue ? 1 : 0, at: address, style: style, type: " t=\"b\"", prefix: prefix, to: &xml)
    case .date(let date):
      let days = date.days - (usesDateSystem1904 ? DateSystem1904.offset : 0)
      if days >= 0, let style = styles.styleForDate(over: style, withTime: !date.isWholeDay) {
        appendPlain(days, at: address, style: style, prefix: prefix, to: &xml)
      } else {
        appendInline(date.iso, at: address, style: style, prefix: prefix, to: &xml)
      }
    }
  }

  /// Shortest text that reads back as the same number; whole numbers without a point.
  static func text(of number: Double) -> String {
    if let whole = Int64(exactly: number), abs(whole) < 1 << 53 { return String(whole) }
    return String(describing: number)
  }

  private func appendPlain(
    _ number: Double, at address: CellAddress, style: Int, type: String = "", prefix: String, to xml: inout [UInt8]
  ) {
    appendTag(address, style: style, type: type, prefix: prefix, to: &xml)
    xml.add("><", prefix, "v>", Self.text(of: number))
    xml.add("</", prefix, "v></", prefix, "c>")
  }

  private func appendInline(_ text: String, at address: CellAddress, style: Int, prefix: String, to xml: inout [UInt8]) {
    appendTag(address, style: style, type: " t=\"inlineStr\"", prefix: prefix, to: &xml)
    let space = XMLText.needsSpacePreserved(text) ? " xml:space=\"preserve\">" : ">"
    xml.add("><", prefix, "is><", prefix, "t")
    xml.add(space, XMLText.escape(text))
    xml.add("</", prefix, "t></", prefix, "is></")
    xml.add(prefix, "c>")
  }

  private func appendTag(_ address: CellAddress, style: Int, type: String, prefix: String, to xml: inout [UInt8]) {
    xml.add("<", prefix, "c r=\"")
    xml.add(column: address.column)
    xml.add(number: address.row)
    if style != 0 {
      xml.add("\" s=\"")
      xml.add(number: style)
    }
    xml.add("\"", type)
  }
}

extension [UInt8] {
  /// Appends texts in UTF-8. Several at once, and no list of them: lists are made anew for each cell.
  fileprivate mutating func add(_ one: String, _ two: String = "", _ three: String = "", _ four: String = "", _ five: String = "") {
    add(text: one)
    add(text: two)
    add(text: three)
    add(text: four)
    add(text: five)
  }

  private mutating func add(text: String) {
    if !text.isEmpty { append(contentsOf: text.utf8) }
  }

  /// Appends a number from 0 on in digits.
  fileprivate mutating func add(number: Int) {
    if number >= 10 { add(number: number / 10) }
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  /// Appends a column's letters.
  fileprivate mutating func add(column: Int) {
    if column > 26 { add(column: (column - 1) / 26) }
    append(UInt8(ascii: "A") + UInt8((column - 1) % 26))
  }
}
