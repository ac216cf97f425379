/// Header fields in the order of the wire, whatever they are.
public struct HeaderList: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  public var fields: [(name: String, value: [UInt8])]

  public init(_ fields: [(name: String, value: [UInt8])]) { self.fields = fields }

  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { ($0, Array($1.utf8)) }
  }

  public static func == (left: HeaderList, right: HeaderList) -> Bool {
    left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
  }

  public static func + (left: HeaderList, right: HeaderList) -> HeaderList { HeaderList(left.fields + right.fields) }

  /// The first value of that name.
  public subscript(name: String) -> String? {
    fields.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  public func without(_ name: String) -> HeaderList { HeaderList(fields.filter { $0.name != name }) }

  public func with(_ name: String, _ value: String) -> HeaderList { with(name, bytes: Array(value.utf8)) }

  /// With that value in the place of the first of that name, or at the end.
  public func with(_ name: String, bytes: [UInt8]) -> HeaderList {
    var changed = self
    if let index = fields.firstIndex(where: { $0.name == name }) {
      changed.fields[index].value = bytes
    } else {
      changed.fields.append((name, bytes))
    }
    return changed
  }

  /// As HPACK literals that leave the table alone (RFC 7541, section 6.2.2), names and values as they are.
  public var literal: [UInt8] {
    fields.flatMap { [0] + Self.string(Array($0.name.utf8)) + Self.string($0.value) }
  }

  public static func string(_ bytes: [UInt8]) -> [UInt8] { integer(bytes.count, prefix: 7, pattern: 0) + bytes }

  /// An integer of HPACK behind a pattern of bits (RFC 7541, section 5.1).
  public static func integer(_ value: Int, prefix: Int, pattern: UInt8) -> [UInt8] {
    let largest = 1 << prefix - 1
    guard value >= largest else { return [pattern | UInt8(value)] }
    var bytes = [pattern | UInt8(largest)]
    var rest = value - largest
    while rest >= 128 {
      bytes.append(UInt8(rest % 128) | 0x80)
      rest /= 128
    }
    return bytes + [UInt8(rest)]
  }

  /// What a browser would ask.
  public static let get: HeaderList = [":method": "GET", ":scheme": "http", ":path": "/", ":authority": "localhost"]
  public static let post: HeaderList = get.with(":method", "POST")

  /// A gRPC call.
  public static func call(_ path: String) -> HeaderList {
    post.with(":path", path) + ["te": "trailers", "content-type": "application/grpc"]
  }
}
