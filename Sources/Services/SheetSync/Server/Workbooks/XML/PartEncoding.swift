/// How a part's text is encoded in bytes. New text is written in the encoding that the part has.
enum PartEncoding: Hashable {
  case utf8
  case utf16Little
  case utf16Big
  /// ISO 8859-1 or ASCII: one byte each, and anything beyond ASCII is written as a reference.
  case singleByte

  /// Goes by the first bytes, as XML prescribes, and then by the declaration.
  init(firstBytes: some Collection<UInt8>, declared: String?) {
    switch Array(firstBytes.prefix(2)) {
    case [0xFF, 0xFE], [0x3C, 0x00]: self = .utf16Little
    case [0xFE, 0xFF], [0x00, 0x3C]: self = .utf16Big
    default: self = declared.map { $0.uppercased() != "UTF-8" } ?? false ? .singleByte : .utf8
    }
  }

  /// Bytes per unit.
  var width: Int {
    switch self {
    case .utf8, .singleByte: 1
    case .utf16Little, .utf16Big: 2
    }
  }

  func encode(_ text: String) -> [UInt8] {
    switch self {
    case .utf8: Array(text.utf8)
    case .utf16Little: text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    case .utf16Big: text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    case .singleByte:
      text.unicodeScalars.flatMap { scalar -> [UInt8] in
        scalar.isASCII ? [UInt8(scalar.value)] : Array("&#\(scalar.value);".utf8)
      }
    }
  }

  func decode(_ bytes: some Collection<UInt8>) -> String {
    switch self {
    case .utf8: String(decoding: bytes, as: UTF8.self)
    case .singleByte: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case .utf16Little, .utf16Big:
      String(decoding: units(of: Array(bytes)), as: UTF16.self)
    }
  }

  private func units(of bytes: [UInt8]) -> [UInt16] {
    stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return self == .utf16Little ? second << 8 | first : first << 8 | second
    }
  }
}
