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

/// What protobuf-c has unpacked, until ``release()``.
@usableFromInline @safe struct MessageStruct {
  @usableFromInline let start: UnsafeRawPointer
  private let arena: UnsafeMutablePointer<Arena>

  @usableFromInline init(
    _ wireBytes: UnsafeRawBufferPointer, _ descriptor: WireDescriptor, _ limits: WireLimits, name: @autoclosure () -> String
  ) throws(WireError) {
    let budget = limits.budget(wireBytes: wireBytes.count)
    let arena = unsafe Arena.placed(budget: budget)
    var allocator = unsafe ProtobufCAllocator(arena)
    // An empty buffer may have no address; protobuf-c wants one.
    let bytes = unsafe wireBytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    let unpacked = unsafe protobuf_c_message_unpack(
      descriptor.pointer, &allocator, wireBytes.count, bytes.assumingMemoryBound(to: UInt8.self))
    guard let unpacked = unsafe unpacked else {
      let isExhausted = unsafe arena.pointee.isExhausted
      unsafe arena.pointee.release()
      throw WireError(isExhausted ? .overBudget(bytes: budget) : .malformed, message: name())
    }
    unsafe start = UnsafeRawPointer(unpacked)
    unsafe self.arena = arena
  }

  @usableFromInline func release() { unsafe arena.pointee.release() }
}

extension WireMessage {
  // What knows the message's type can be inlined, as in ``WirePacker``.

  /// Reads the binary form. Fields that this version does not know are dropped.
  @inlinable public init(wireBytes: UnsafeRawBufferPointer, limits: WireLimits = .standard) throws(WireError) {
    let message = try unsafe MessageStruct(wireBytes, Self.wireDescriptor, limits, name: Self.protoName)
    defer { message.release() }
    unsafe self = try Self.copied(from: message.start)
  }

  @inlinable public init(wireBytes: [UInt8], limits: WireLimits = .standard) throws(WireError) {
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
  @inlinable public func wireBytes(
    after headerBytes: Int, fillHeader: (_ header: UnsafeMutableRawBufferPointer, _ messageBytes: Int) -> Void
  ) throws(WireError) -> [UInt8] {
    let packer = WirePacker()
    defer { packer.release() }
    return try unsafe packer.bytes(packedNamingItself(with: packer), after: headerBytes, fillHeader: fillHeader)
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
