/// What travels beside the messages of a call: an ordered list of names and values, a name may stand more than once.
///
/// A name ending in "-bin" carries bytes, any other printable ASCII. Names are lower case; those that gRPC and HTTP/2 keep for
/// themselves are refused.
public struct Metadata: Sendable, Equatable {
  /// One entry. `value` holds the ASCII text, or the bytes as they are (not base64) when the name ends in "-bin".
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let value: [UInt8]
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  public var isEmpty: Bool { entries.isEmpty }

  /// Appends a text value; false when the name or the value is not allowed (see `isValid(name:)`, printable ASCII).
  @discardableResult
  public mutating func append(_ name: String, _ value: String) -> Bool {
    let name = name.lowercased()
    guard Self.isValid(name: name), !name.hasSuffix("-bin"), value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      return false
    }
    entries.append(Entry(name: name, value: Array(value.utf8)))
    return true
  }

  /// Appends bytes; false when the name is not allowed or does not end in "-bin".
  @discardableResult
  public mutating func append(_ name: String, bytes: [UInt8]) -> Bool {
    let name = name.lowercased()
    guard Self.isValid(name: name), name.hasSuffix("-bin") else { return false }
    entries.append(Entry(name: name, value: bytes))
    return true
  }

  /// The first text value of that name.
  public subscript(name: String) -> String? {
    let name = name.lowercased()
    guard !name.hasSuffix("-bin") else { return nil }
    return entries.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// Every text value of that name, in their order.
  public func values(of name: String) -> [String] {
    let name = name.lowercased()
    guard !name.hasSuffix("-bin") else { return [] }
    return entries.lazy.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// Every binary value of that name, in their order.
  public func bytes(of name: String) -> [[UInt8]] {
    let name = name.lowercased()
    guard name.hasSuffix("-bin") else { return [] }
    return entries.lazy.filter { $0.name == name }.map(\.value)
  }

  /// Removes every value of that name.
  public mutating func remove(_ name: String) {
    let name = name.lowercased()
    entries.removeAll { $0.name == name }
  }

  /// Whether an application may use that name: lower-case letters, digits, "_", "-", ".", and not one of gRPC's or HTTP's own.
  public static func isValid(name: String) -> Bool {
    guard !name.isEmpty, name != "-bin", !isReserved(name: name) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
  }

  private static func isReserved(name: String) -> Bool {
    if name.hasPrefix("grpc-") || name.hasPrefix(":") { return true }
    switch name {
    case "te", "content-type", "content-length", "user-agent", "host", "connection", "keep-alive", "proxy-connection",
      "transfer-encoding", "upgrade":
      return true
    default:
      return false
    }
  }

  /// What came over the wire is taken as it is: the rules above are for what we send.
  mutating func appendUnchecked(name: String, value: [UInt8]) {
    entries.append(Entry(name: name, value: value))
  }
}

extension Metadata: ExpressibleByDictionaryLiteral {
  /// Pairs of names and text values; one that is not allowed is left out.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }
}

extension Metadata: CustomStringConvertible {
  /// For people: binary values by their size only.
  public var description: String {
    let parts = entries.map { entry in
      entry.name.hasSuffix("-bin")
        ? "\(entry.name): \(entry.value.count) bytes" : "\(entry.name): \(String(decoding: entry.value, as: UTF8.self))"
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
