internal import Glibc

/// The files that spreadsheet programs put beside a workbook for as long as a person has it open.
enum OpenElsewhere {
  /// Who has a workbook open, as an error; nil when nobody has.
  static func check(folder: String, name: String) -> WorkbookError? {
    let libreOffice = ".~lock.\(name)#"
    if let bytes = contents(of: "\(folder)/\(libreOffice)") {
      return open(
        name, by: libreOfficeHolder(bytes), with: "LibreOffice",
        mend: "Save and close it there and try again. If nobody has it open any more, delete the file \"\(libreOffice)\" beside it."
      )
    }
    let excel = "~$\(name)"
    if let bytes = contents(of: "\(folder)/\(excel)") {
      return open(
        name, by: excelHolder(bytes), with: "Excel",
        mend: "Save and close it there and try again. If nobody has it open any more, delete the file \"\(excel)\" beside it.")
    }
    return nil
  }

  private static func open(_ name: String, by holder: String?, with program: String, mend: String) -> WorkbookError {
    let who = holder.map { "\($0) has the file open in \(program)" } ?? "the file is open in \(program)"
    return WorkbookError(.openElsewhere, file: name, problem: who, mend: mend)
  }

  /// `,ada,ada-laptop,05.01.2026 12:01,file:///home/ada/…;`: full name, login, computer, time, profile. Commas and backslashes
  /// inside a field have a backslash before them.
  static func libreOfficeHolder(_ bytes: [UInt8]) -> String? {
    var fields: [[UInt8]] = [[]]
    var rest = bytes.prefix { $0 != UInt8(ascii: ";") }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: ","): fields.append([])
      case UInt8(ascii: "\\"): if let next = rest.popFirst() { fields[fields.count - 1].append(next) }
      default: fields[fields.count - 1].append(byte)
      }
    }
    let texts = fields.map { printable(String(decoding: $0, as: UTF8.self)) }
    guard texts.count >= 2, let name = texts.prefix(2).first(where: { !$0.isEmpty }) else { return nil }
    let computer = texts.count > 2 && !texts[2].isEmpty ? " on \(texts[2])" : ""
    let since = texts.count > 3 && !texts[3].isEmpty ? " since \(texts[3])" : ""
    return name + computer + since
  }

  /// A length and the name in the old code page, then at byte 55 a length and the name in UTF-16.
  static func excelHolder(_ bytes: [UInt8]) -> String? {
    if bytes.count > 57 {
      let count = Int(bytes[55]) | Int(bytes[56]) << 8
      let units = bytes.dropFirst(57).prefix(count * 2)
      if count > 0, units.count == count * 2 { return named(PartEncoding.utf16Little.decode(units)) }
    }
    guard let count = bytes.first, count > 0, bytes.count > count else { return nil }
    return named(String(decoding: bytes[1...Int(count)], as: UTF8.self))
  }

  private static func named(_ name: String) -> String? {
    let name = printable(name)
    return name.isEmpty ? nil : name
  }

  /// What came from a file and goes into a message: no control characters, not too long.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.generalCategory.isControl }.prefix(80)))
      .trimmed
  }

  private static func contents(of path: String) -> [UInt8]? {
    let file: Descriptor
    do throws(SystemFault) { file = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK) } catch {
      // One that is not for us to read says all the same that the workbook is open.
      return error.code == EACCES ? [] : nil
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file.number, $0.baseAddress, $0.count) }
    return Array(bytes.prefix(max(count, 0)))
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isControl: Bool {
    switch self {
    case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
