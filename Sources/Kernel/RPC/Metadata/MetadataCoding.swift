import HTTP2
import Wire

extension Metadata {
  /// Reads the application's entries out of header fields. Nil when a binary value is no base64. A list may be joined by commas, whoever joined it.
  init?(_ fields: HeaderBlock) {
    self.init()
    for field in fields {
      guard let first = field.name.first, first != UInt8(ascii: ":") else { continue }
      let name = String(decoding: field.name, as: UTF8.self)
      guard Self.belongsToProtocol(name) || append(received: name, field.value) else { return nil }
    }
  }

  /// Appends what one header field carries; false when a binary value is no base64.
  mutating func append(received name: String, _ value: some Collection<UInt8>) -> Bool {
    guard name.hasSuffix("-bin") else {
      appendUnchecked(name: name, value: Array(value))
      return true
    }
    for part in Array(value).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let bytes = Base64.decode(String(decoding: part.trimmingSpaces, as: UTF8.self)) else { return false }
      appendUnchecked(name: name, value: bytes)
    }
    return true
  }

  /// Names that are no metadata when they arrive.
  private static func belongsToProtocol(_ name: String) -> Bool {
    switch name {
    case "te", "content-type", "content-length", "user-agent", "host", "accept-encoding", "grpc-timeout", "grpc-encoding",
      "grpc-accept-encoding", "grpc-message-type", "grpc-status", "grpc-message", "grpc-previous-rpc-attempts":
      true
    default:
      false
    }
  }

  /// Appends the entries to header fields, binary ones in base64 without padding.
  func append(to fields: inout HeaderBlock) {
    for entry in entries {
      if entry.name.hasSuffix("-bin") {
        fields.append(name: entry.name.utf8, value: Base64.encode(entry.value, padding: false).utf8)
      } else {
        fields.append(name: entry.name.utf8, value: entry.value)
      }
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var trimmingSpaces: ArraySlice<UInt8> {
    let space = UInt8(ascii: " ")
    return drop { $0 == space }.reversed().drop { $0 == space }.reversed()[...]
  }
}
