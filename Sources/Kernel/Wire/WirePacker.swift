import CProtobufC
import Glibc

/// What generated code fills the members of a C struct with: each function copies one value into memory that lives until the
/// message is packed.
///
/// The functions that know only types of the caller's can be inlined: left generic, looking up types would be most of their work.
@safe public struct WirePacker {
  private let arena: UnsafeMutablePointer<Arena>

  init(_ arena: UnsafeMutablePointer<Arena>) { unsafe self.arena = arena }

  /// One with memory of its own, until ``release()``. What is to be sent is our own and in memory already: no budget.
  @usableFromInline init() { unsafe arena = Arena.placed(budget: .max) }

  @usableFromInline func release() { unsafe arena.pointee.release() }

  /// Messages of up to this size are packed in the arena and copied. Asking for an array that is not initialized makes the library look its type up, which
  /// costs more.
  private static let largestCopiedBytes = 2 << 10

  /// The binary form of a filled C struct, behind a header.
  @usableFromInline func bytes(
    _ message: UnsafeMutableRawPointer, after headerBytes: Int,
    fillHeader: (_ header: UnsafeMutableRawBufferPointer, _ messageBytes: Int) -> Void
  ) -> [UInt8] {
    let message = unsafe message.assumingMemoryBound(to: ProtobufCMessage.self)
    let size = unsafe protobuf_c_message_get_packed_size(message)
    func fill(_ room: UnsafeMutableRawBufferPointer) {
      unsafe fillHeader(UnsafeMutableRawBufferPointer(rebasing: room[..<headerBytes]), size)
      // An empty message into an empty buffer has no address to write to, and nothing to write.
      guard let start = room.baseAddress else { return }
      _ = unsafe protobuf_c_message_pack(message, (start + headerBytes).assumingMemoryBound(to: UInt8.self))
    }
    let count = headerBytes + size
    guard count > Self.largestCopiedBytes else {
      let room = unsafe UnsafeMutableRawBufferPointer(start: allocate(bytes: count), count: count)
      unsafe fill(room)
      return unsafe Array(room)
    }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { room, filled in
      unsafe fill(UnsafeMutableRawBufferPointer(room))
      filled = count
    }
  }

  @usableFromInline func allocate(bytes: Int) -> UnsafeMutableRawPointer {
    guard let block = unsafe arena.pointee.allocate(bytes) else { fatalError("an arena without limit gave out") }
    return unsafe block
  }

  @inlinable func allocate<Element>(_ count: Int, of: Element.Type) -> UnsafeMutablePointer<Element> {
    unsafe allocate(bytes: count * MemoryLayout<Element>.stride).bindMemory(to: Element.self, capacity: count)
  }

  /// A C struct with every member at its default.
  @inlinable public func new<Struct>(_ initialize: (UnsafeMutablePointer<Struct>?) -> Void) -> UnsafeMutablePointer<Struct> {
    let message = unsafe allocate(1, of: Struct.self)
    unsafe initialize(message)
    return unsafe message
  }

  /// A string, zero-ended; it may not hold U+0000.
  public func string(_ string: String, _ field: StaticString) throws(WireError) -> UnsafeMutablePointer<CChar> {
    var string = string
    let copy: UnsafeMutablePointer<CChar>? = string.withUTF8 { bytes in
      if let start = bytes.baseAddress, unsafe memchr(start, 0, bytes.count) != nil { return nil }
      let copy = unsafe allocate(bytes.count + 1, of: CChar.self)
      if let start = bytes.baseAddress { unsafe memcpy(copy, start, bytes.count) }
      unsafe copy[bytes.count] = 0
      return unsafe copy
    }
    guard let copy = unsafe copy else { throw WireError(.embeddedNUL, field: field.description) }
    return unsafe copy
  }

  /// A list of strings.
  @inlinable public func strings(
    _ strings: [String], _ field: StaticString
  ) throws(WireError) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
    guard !strings.isEmpty else { return (0, nil) }
    let list = unsafe allocate(strings.count, of: UnsafeMutablePointer<CChar>?.self)
    for index in strings.indices { unsafe list[index] = try string(strings[index], field) }
    return unsafe (strings.count, list)
  }

  /// A ProtobufCBinaryData, which generated code has by another module's name.
  public func bytes<Data>(_ bytes: [UInt8]) -> Data {
    let (count, copy) = unsafe numbers(bytes)
    return unsafe unsafeBitCast(ProtobufCBinaryData(len: count, data: copy), to: Data.self)
  }

  /// A list of `bytes`.
  public func byteStrings<Data>(_ list: [[UInt8]]) -> (Int, UnsafeMutablePointer<Data>?) {
    guard !list.isEmpty else { return (0, nil) }
    let data = unsafe allocate(list.count, of: ProtobufCBinaryData.self)
    for (index, element) in list.enumerated() {
      unsafe data[index] = bytes(element)
    }
    return unsafe (list.count, UnsafeMutableRawPointer(data).assumingMemoryBound(to: Data.self))
  }

  /// A list of numbers.
  @inlinable public func numbers<Number: Numeric>(_ numbers: [Number]) -> (Int, UnsafeMutablePointer<Number>?) {
    guard !numbers.isEmpty else { return (0, nil) }
    let list = unsafe allocate(numbers.count, of: Number.self)
    _ = unsafe UnsafeMutableBufferPointer(start: list, count: numbers.count).initialize(fromContentsOf: numbers)
    return unsafe (numbers.count, list)
  }

  /// A list of C booleans, which are ints.
  @inlinable public func booleans(_ booleans: [Bool]) -> (Int, UnsafeMutablePointer<Int32>?) {
    unsafe numbers(booleans.map { $0 ? 1 : 0 })
  }

  /// A list of C enums, which are the size of an int.
  @inlinable public func enumerations<Value: WireEnum, Number>(_ values: [Value]) -> (Int, UnsafeMutablePointer<Number>?) {
    let (count, list) = unsafe numbers(values.map(\.rawValue))
    return unsafe (count, UnsafeMutableRawPointer(list)?.assumingMemoryBound(to: Number.self))
  }

  /// A message's struct; nil for an absent message.
  @inlinable public func message<Message: WireMessage, Struct>(_ message: Message?) throws(WireError) -> UnsafeMutablePointer<
    Struct
  >? {
    guard let message else { return nil }
    return try unsafe message.packedNamingItself(with: self).assumingMemoryBound(to: Struct.self)
  }

  /// A list of messages' structs.
  @inlinable public func messages<Message: WireMessage, Struct>(
    _ messages: [Message]
  ) throws(WireError) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Struct>?>?) {
    guard !messages.isEmpty else { return (0, nil) }
    let list = unsafe allocate(messages.count, of: UnsafeMutablePointer<Struct>?.self)
    for index in messages.indices { unsafe list[index] = try message(messages[index]) }
    return unsafe (messages.count, list)
  }
}
