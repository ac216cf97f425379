/// The values of a statement's `$1`, `$2`, … in PostgreSQL's binary format, one after the other in one buffer.
struct Binds: Sendable, Equatable {
  /// One value's place in `bytes`.
  struct Slot: Sendable, Equatable {
    var type: PostgresType
    var start: Int
    /// -1: SQL NULL.
    var count: Int
  }

  private(set) var bytes: [UInt8] = []
  private(set) var slots: [Slot] = []

  mutating func append<Value: PostgresEncodable>(_ value: Value) {
    let start = bytes.count
    if value.isPostgresNull {
      slots.append(Slot(type: Value.postgresType, start: start, count: -1))
      return
    }
    value.encodePostgres(into: &bytes)
    slots.append(Slot(type: Value.postgresType, start: start, count: bytes.count - start))
  }

  mutating func append(contentsOf other: Binds) {
    let offset = bytes.count
    bytes += other.bytes
    slots += other.slots.map { Slot(type: $0.type, start: $0.start + offset, count: $0.count) }
  }
}

extension [UInt8] {
  /// Appends the integer in network byte order, as every binary format of PostgreSQL's has it.
  mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
    var shift = Integer.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
    }
  }
}
