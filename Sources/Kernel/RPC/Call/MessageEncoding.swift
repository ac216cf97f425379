/// How messages are compressed on their way: the names of the grpc-encoding header.
public enum MessageEncoding: String, Sendable, CaseIterable {
  case identity
  case gzip

  /// What this implementation takes, as the grpc-accept-encoding header says it.
  static let accepted: StaticString = "identity,gzip"

  /// Whether a peer that sent this grpc-accept-encoding can read the encoding.
  func isAccepted(by header: ArraySlice<UInt8>?) -> Bool {
    guard self != .identity else { return true }
    guard let header else { return false }
    let spaces: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    return header.split(separator: UInt8(ascii: ",")).contains { part in
      part.drop { spaces.contains($0) }.prefix { !spaces.contains($0) }.elementsEqual(rawValue.utf8)
    }
  }
}
