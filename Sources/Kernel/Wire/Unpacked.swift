import CProtobufC
import Glibc

/// What generated code reads the members of an unpacked C struct with: each function checks and copies one.
///
/// The functions that know only types of the caller's can be inlined, as in ``WirePacker``.
public enum Unpacked {
  /// A string, which has to be UTF-8 without U+0000. Its length is what the arena was asked for, less the zero at the end.
  public static func string(_ text: UnsafePointer<CChar>?, _ field: StaticString) throws(WireError) -> String {
    guard let text = unsafe text, unsafe text != protobuf_c_shared_empty_string() else { return "" }
    let length = unsafe Arena.size(of: text) - 1
    let bytes = unsafe UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: length)
    guard unsafe memchr(text, 0, length) == nil else { throw WireError(.embeddedNUL, field: field.description) }
    guard let utf8 = unsafe try? UTF8Span(validating: bytes.span) else { throw WireError(.invalidUTF8, field: field.description) }
    return String(copying: utf8)
  }

  /// A list of strings.
  @inlinable public static func strings(
    _ count: Int, _ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ field: StaticString
  ) throws(WireError) -> [String] {
    var strings: [String] = []
    strings.reserveCapacity(count)
    for index in 0..<count { strings.append(try unsafe string(list![index], field)) }
    return strings
  }

  /// `data` is a ProtobufCBinaryData, which generated code has by another module's name.
  public static func bytes<Data>(_ data: Data) -> [UInt8] {
    let data = unsafe unsafeBitCast(data, to: ProtobufCBinaryData.self)
    return unsafe Array(UnsafeBufferPointer(start: data.data, count: data.len))
  }

  /// A list of `bytes`.
  public static func byteStrings<Data>(_ count: Int, _ list: UnsafeMutablePointer<Data>?) -> [[UInt8]] {
    guard count > 0, let list = unsafe list else { return [] }
    let data = unsafe UnsafeRawPointer(list).assumingMemoryBound(to: ProtobufCBinaryData.self)
    return (0..<count).map { index in unsafe bytes(data[index]) }
  }

  /// A list of numbers.
  @inlinable public static func numbers<Number: Numeric>(_ count: Int, _ list: UnsafeMutablePointer<Number>?) -> [Number] {
    unsafe Array(UnsafeBufferPointer(start: list, count: count))
  }

  /// A list of C booleans, which are ints.
  @inlinable public static func booleans(_ count: Int, _ list: UnsafeMutablePointer<Int32>?) -> [Bool] {
    unsafe UnsafeBufferPointer(start: list, count: count).map { $0 != 0 }
  }

  /// A number of an enumeration, which has to be one that it names.
  @inlinable public static func enumeration<Value: WireEnum, Number: BinaryInteger>(
    _ number: Number, _ field: StaticString
  ) throws(WireError) -> Value {
    let number = Int32(truncatingIfNeeded: number)
    guard let value = Value(rawValue: number) else { throw WireError(.unknownEnumNumber(number), field: field.description) }
    return value
  }

  /// A list of C enums, which are the size of an int.
  @inlinable public static func enumerations<Value: WireEnum, Number>(
    _ count: Int, _ list: UnsafeMutablePointer<Number>?, _ field: StaticString
  ) throws(WireError) -> [Value] {
    guard count > 0, let list = unsafe list else { return [] }
    let numbers = unsafe UnsafeRawPointer(list).assumingMemoryBound(to: Int32.self)
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(try unsafe enumeration(numbers[index], field)) }
    return values
  }

  /// A message; nil when it was absent.
  @inlinable public static func message<Message: WireMessage, Struct>(_ message: UnsafeMutablePointer<Struct>?) throws(WireError)
    -> Message?
  {
    guard let message = unsafe message else { return nil }
    return try unsafe Message.copied(from: message)
  }

  /// A list of messages.
  @inlinable public static func messages<Message: WireMessage, Struct>(
    _ count: Int, _ list: UnsafeMutablePointer<UnsafeMutablePointer<Struct>?>?
  ) throws(WireError) -> [Message] {
    var messages: [Message] = []
    messages.reserveCapacity(count)
    for index in 0..<count { messages.append(try unsafe Message.copied(from: list![index]!)) }
    return messages
  }
}
