import Glibc

enum ContentType {
  private static let plain: StaticString = "application/grpc"

  /// "application/grpc", alone or with a suffix ("+proto") or parameters.
  static func isGRPC(_ value: some Collection<UInt8>) -> Bool {
    guard value.count >= plain.utf8CodeUnitCount, value.prefix(plain.utf8CodeUnitCount).equals(plain) else { return false }
    guard let next = value.dropFirst(plain.utf8CodeUnitCount).first else { return true }
    return next == UInt8(ascii: "+") || next == UInt8(ascii: ";")
  }
}

extension Collection<UInt8> {
  /// Whether these are the bytes of the text, which is not empty.
  @inline(__always) func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let isEqual = withContiguousStorageIfAvailable { bytes in
      unsafe memcmp(bytes.baseAddress!, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
    return unsafe isEqual ?? elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
