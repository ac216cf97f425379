import CProtobufC

/// A message of the contract as a value. Generated from a .proto file; see Sources/Generator.
public protocol WireMessage: JSONMappable {
  /// The full name, for example "lodestar.metrics.v1.Kpi".
  static var protoName: String { get }

  /// Every field at its default.
  init()

  // The rest is between the generated code and this room.

  /// The C side's description of the message.
  static var wireDescriptor: WireDescriptor { get }
  /// Copies what protobuf-c unpacked; `message` points to the C struct.
  init(unpacked message: UnsafeRawPointer) throws(WireError)
  /// The C struct, filled, in the packer's memory.
  func packed(with packer: WirePacker) throws(WireError) -> UnsafeMutableRawPointer
  /// Sets the field of that name, in either spelling, and answers its lowerCamelCase name; nil when there is no such field.
  mutating func readJSONField(_ name: String, _ field: JSONField) throws(JSONMappingError) -> StaticString?
  func writeJSONFields(to writer: inout JSONFieldWriter)
}

/// An enumeration of the contract. Numbers that it does not name never become values.
public protocol WireEnum: RawRepresentable, CaseIterable, Hashable, JSONMappable where RawValue == Int32 {
  /// The full name, for example "lodestar.metrics.v1.KpiLevel".
  static var protoEnumName: String { get }
  /// The value's name in the contract, for example "KPI_LEVEL_NORTH_STAR".
  var protoName: String { get }
}

extension WireEnum {
  public init?(protoName: String) {
    guard let value = Self.allCases.first(where: { $0.protoName == protoName }) else { return nil }
    self = value
  }
}

/// protobuf-c's description of a message type.
@safe public struct WireDescriptor {
  let pointer: UnsafePointer<ProtobufCMessageDescriptor>

  /// `initialize` is the C struct's own initializer, which knows the description.
  public init<C>(_ initialize: (UnsafeMutablePointer<C>?) -> Void) {
    unsafe pointer = withUnsafeTemporaryAllocation(of: C.self, capacity: 1) { room in
      unsafe initialize(room.baseAddress)
      return unsafe UnsafeRawPointer(room.baseAddress!).assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
    }
  }
}

extension WireMessage {
  /// Reads the binary form. Fields that this version does not know are dropped.
  public init(wireBytes: UnsafeRawBufferPointer, limits: WireLimits = .standard) throws(WireError) {
    var arena = Arena(budget: limits.budget(wireBytes: wireBytes.count))
    defer { arena.release() }
    let descriptor = Self.wireDescriptor
    let unpacked = unsafe withUnsafeMutablePointer(to: &arena) { arena in
      var allocator = unsafe ProtobufCAllocator(arena)
      // An empty buffer may have no address; protobuf-c wants one.
      let bytes = unsafe wireBytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
      return unsafe protobuf_c_message_unpack(
        descriptor.pointer, &allocator, wireBytes.count, bytes.assumingMemoryBound(to: UInt8.self))
    }
    guard let unpacked = unsafe unpacked else {
      throw WireError(
        arena.isExhausted ? .overBudget(bytes: limits.budget(wireBytes: wireBytes.count)) : .malformed, message: Self.protoName)
    }
    unsafe self = try Self.copied(from: UnsafeRawPointer(unpacked))
  }

  public init(wireBytes: [UInt8], limits: WireLimits = .standard) throws(WireError) {
    self = try unsafe wireBytes.span.bytes.withUnsafeBytes { (bytes) throws(WireError) in
      try unsafe Self(wireBytes: bytes, limits: limits)
    }
  }

  /// The binary form. Equal messages have equal bytes.
  public func wireBytes() throws(WireError) -> [UInt8] {
    try unsafe wireBytes(after: 0) { _, _ in }
  }

  /// The binary form behind a header of that many bytes, in one piece of memory; `fillHeader` is told how long the binary form is and
  /// initializes the header.
  public func wireBytes(
    after headerBytes: Int, fillHeader: (_ header: UnsafeMutableRawBufferPointer, _ messageBytes: Int) -> Void
  ) throws(WireError) -> [UInt8] {
    // What is to be sent is our own and in memory already.
    var arena = Arena(budget: .max)
    defer { arena.release() }
    let message = try unsafe withUnsafeMutablePointer(to: &arena) { (arena) throws(WireError) in
      try unsafe packedNamingItself(with: WirePacker(arena)).assumingMemoryBound(to: ProtobufCMessage.self)
    }
    let size = unsafe protobuf_c_message_get_packed_size(message)
    return unsafe [UInt8](unsafeUninitializedCapacity: headerBytes + size) { room, count in
      unsafe fillHeader(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[..<headerBytes]), size)
      // An empty message into an empty buffer has no address to write to, and nothing to write.
      if let start = room.baseAddress { unsafe count = headerBytes + protobuf_c_message_pack(message, start + headerBytes) }
    }
  }

  @inlinable static func copied(from message: UnsafeRawPointer) throws(WireError) -> Self {
    do throws(WireError) {
      return try unsafe Self(unpacked: message)
    } catch {
      throw error.located(in: Self.protoName)
    }
  }

  @inlinable func packedNamingItself(with packer: WirePacker) throws(WireError) -> UnsafeMutableRawPointer {
    do throws(WireError) {
      return try unsafe packed(with: packer)
    } catch {
      throw error.located(in: Self.protoName)
    }
  }
}
