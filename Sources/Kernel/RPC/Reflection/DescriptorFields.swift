/// The fields of a serialized protobuf message, one after the other. Reads descriptors, which nest in themselves and so are no messages of
/// ours; stops at the first byte that makes no sense.
struct DescriptorFields: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field that has a length: a text or a message. Numbers are passed over.
  mutating func next() -> (number: UInt64, bytes: ArraySlice<UInt8>)? {
    while let tag = varint() {
      switch tag & 7 {
      case 0: guard varint() != nil else { return nil }
      case 1: guard take(8) != nil else { return nil }
      case 2:
        guard let count = varint(), let bytes = take(count) else { return nil }
        return (tag >> 3, bytes)
      case 5: guard take(4) != nil else { return nil }
      default: return nil
      }
    }
    return nil
  }

  private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
