/// Reads header blocks of a peer that was told to keep no table (SETTINGS_HEADER_TABLE_SIZE 0): indices of the static table, literals, Huffman codes
/// (RFC 7541).
public struct HeaderDecoder {
  public struct Malformed: Error {}

  private static let staticTable: [(name: String, value: String)] =
    """
    :authority :method=GET :method=POST :path=/ :path=/index.html :scheme=http :scheme=https :status=200 :status=204 \
    :status=206 :status=304 :status=400 :status=404 :status=500 accept-charset accept-encoding=gzip,deflate accept-language \
    accept-ranges accept access-control-allow-origin age allow authorization cache-control content-disposition content- \
    encoding content-language content-length content-location content-range content-type cookie date etag expect expires \
    from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards \
    proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie strict-transport-security \
    transfer-encoding user-agent vary via www-authenticate
    """.split(separator: " ").map { entry in
      let parts = entry.split(separator: "=", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

  /// How long the codes of the ASCII characters are (RFC 7541, appendix B). The code is canonical: the lengths tell the codes.
  private static let codeLengths: [Int] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28,
    28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7,
    6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  ]

  private static let codes: [UInt64: UInt8] = {
    var codes: [UInt64: UInt8] = [:]
    var code: UInt64 = 0
    var length = 0
    // Characters beyond ASCII have codes of 20 bits and more: those come later in the order and so change nothing.
    for symbol in codeLengths.indices.sorted(by: { (codeLengths[$0], $0) < (codeLengths[$1], $1) }) where codeLengths[symbol] < 19 {
      code <<= UInt64(codeLengths[symbol] - length)
      length = codeLengths[symbol]
      codes[code | UInt64(length) << 32] = UInt8(symbol)
      code += 1
    }
    return codes
  }()

  private var rest: ArraySlice<UInt8>

  public static func decode(_ block: [UInt8]) throws -> HeaderList {
    var decoder = HeaderDecoder(rest: block[...])
    var list: HeaderList = [:]
    while let first = decoder.rest.first {
      if first & 0x80 != 0 {
        let entry = try decoder.entry(try decoder.integer(prefix: 7))
        list.fields.append((entry.name, Array(entry.value.utf8)))
      } else if first & 0xe0 == 0x20 {
        _ = try decoder.integer(prefix: 5)
      } else {
        let index = try decoder.integer(prefix: first & 0x40 != 0 ? 6 : 4)
        let name = index == 0 ? String(decoding: try decoder.string(), as: UTF8.self) : try decoder.entry(index).name
        list.fields.append((name, try decoder.string()))
      }
    }
    return list
  }

  private func entry(_ index: Int) throws -> (name: String, value: String) {
    guard (1...Self.staticTable.count).contains(index) else { throw Malformed() }
    return Self.staticTable[index - 1]
  }

  private mutating func integer(prefix: Int) throws -> Int {
    guard let first = rest.popFirst() else { throw Malformed() }
    var value = Int(first) & (1 << prefix - 1)
    guard value == 1 << prefix - 1 else { return value }
    var shift = 0
    while let byte = rest.popFirst() {
      value += Int(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 { return value }
    }
    throw Malformed()
  }

  private mutating func string() throws -> [UInt8] {
    let isCoded = (rest.first ?? 0) & 0x80 != 0
    let count = try integer(prefix: 7)
    guard rest.count >= count else { throw Malformed() }
    defer { rest = rest.dropFirst(count) }
    return isCoded ? Self.uncoded(rest.prefix(count)) : Array(rest.prefix(count))
  }

  private static func uncoded(_ coded: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var code: UInt64 = 0
    var length: UInt64 = 0
    for byte in coded {
      for bit in stride(from: 7, through: 0, by: -1) {
        code = code << 1 | UInt64(byte >> UInt8(bit) & 1)
        length += 1
        guard let symbol = codes[code | length << 32] else { continue }
        text.append(symbol)
        (code, length) = (0, 0)
      }
    }
    return text
  }
}
