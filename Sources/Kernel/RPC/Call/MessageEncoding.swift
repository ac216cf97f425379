/// How messages are compressed on their way: the names of the grpc-encoding header.
public enum MessageEncoding: String, Sendable, CaseIterable {
  case identity
  case gzip

  /// What this implementation takes, as the grpc-accept-encoding header says it.
  static let accepted: StaticString = "identity,gzip"

  /// Whether a peer that sent this grpc-accept-encoding can read the encoding.
  func isAccepted(by header: some Collection<UInt8>) -> Bool {
    guard self != .identity else { return true }
    var rest = header[...]
    while !rest.isEmpty {
      let part = rest.prefix { $0 != UInt8(ascii: ",") }
      rest = rest.dropFirst(part.count + 1)
      if part.drop(while: Self.isSpace).prefix(while: { !Self.isSpace($0) }).elementsEqual(rawValue.utf8) { return true }
    }
    return false
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
