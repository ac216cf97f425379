/// The names of an entry's fields, in their order: what all entries of a chain have in common.
public struct EntryLayout: Sendable, Equatable {
  /// In the order in which the values are hashed.
  public let names: [String]
  /// Each name as the canonical form has it: its length and its bytes.
  let headers: [[UInt8]]

  /// Throws nothing and trusts the caller: the names are written down in the program.
  public init(_ names: [String]) {
    self.names = names
    headers = names.map { name in
      var header: [UInt8] = []
      header.append(bigEndian: UInt32(name.utf8.count))
      header += name.utf8
      return header
    }
  }
}

extension [UInt8] {
  /// Appends the integer in network byte order.
  mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
    var shift = Integer.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
    }
  }
}
