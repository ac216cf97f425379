enum ContentType {
  /// "application/grpc", alone or with a suffix ("+proto") or parameters.
  static func isGRPC(_ value: ArraySlice<UInt8>) -> Bool {
    let plain = Array("application/grpc".utf8)
    guard value.starts(with: plain) else { return false }
    guard let next = value.dropFirst(plain.count).first else { return true }
    return next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
  }
}
