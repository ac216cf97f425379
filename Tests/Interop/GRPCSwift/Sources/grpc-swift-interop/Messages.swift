import GRPCCore

/// The test messages as bytes, read and written by their field numbers (Protos/grpc/testing/messages.proto).
struct Message: Sendable, Equatable {
  var bytes: [UInt8] = []

  // MARK: Writing

  mutating func add(_ field: UInt64, number: Int) {
    guard number != 0 else { return }
    bytes += Self.varint(field << 3) + Self.varint(UInt64(number))
  }

  mutating func add(_ field: UInt64, bytes content: [UInt8]) {
    bytes += Self.varint(field << 3 | 2) + Self.varint(UInt64(content.count)) + content
  }

  mutating func add(_ field: UInt64, zeros count: Int) {
    var payload = Message()
    payload.add(2, bytes: [UInt8](repeating: 0, count: count))
    add(field, bytes: payload.bytes)
  }

  private static func varint(_ number: UInt64) -> [UInt8] {
    var (number, bytes) = (number, [UInt8]())
    while number > 0x7F {
      bytes.append(UInt8(number & 0x7F | 0x80))
      number >>= 7
    }
    return bytes + [UInt8(number)]
  }

  // MARK: Reading

  /// The fields with a length, then those that are numbers.
  var fields: (texts: [(UInt64, [UInt8])], numbers: [(UInt64, Int)]) {
    var rest = bytes[...]
    func varint() -> UInt64? {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = rest.popFirst(), shift < 64 {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return nil
    }
    var (texts, numbers) = ([(UInt64, [UInt8])](), [(UInt64, Int)]())
    while let tag = varint(), let value = varint() {
      if tag & 7 == 0 {
        numbers.append((tag >> 3, Int(truncatingIfNeeded: value)))
      } else if tag & 7 == 2, value <= rest.count {
        texts.append((tag >> 3, Array(rest.prefix(Int(value)))))
        rest = rest.dropFirst(Int(value))
      } else {
        break
      }
    }
    return (texts, numbers)
  }

  func number(_ field: UInt64) -> Int { fields.numbers.last { $0.0 == field }?.1 ?? 0 }
  func messages(_ field: UInt64) -> [Message] { fields.texts.filter { $0.0 == field }.map { Message(bytes: $0.1) } }

  /// The bytes of the payload in that field; nil without a payload.
  func payload(_ field: UInt64) -> [UInt8]? {
    messages(field).first.map { $0.messages(2).first?.bytes ?? [] }
  }
}

struct MessageBytes: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes { Bytes(message.bytes) }
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
    Message(bytes: bytes.withUnsafeBytes { Array($0) })
  }
}

enum Method {
  static func test(_ name: String) -> MethodDescriptor {
    MethodDescriptor(fullyQualifiedService: "grpc.testing.TestService", method: name)
  }
  static let unimplementedService = MethodDescriptor(
    fullyQualifiedService: "grpc.testing.UnimplementedService", method: "UnimplementedCall")
}

enum Echoed {
  static let initial = "x-grpc-test-echo-initial"
  static let trailing = "x-grpc-test-echo-trailing-bin"
}
