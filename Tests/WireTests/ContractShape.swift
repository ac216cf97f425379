import Wire

/// What the descriptors say about the messages, read by a few lines of the tests' own: an opinion on the wire format that owes
/// nothing to protobuf-c.
struct ContractShape {
  struct Field {
    var name = ""
    var number = 0
    var isRepeated = false
    /// The number in FieldDescriptorProto.Type.
    var type = 0
    var typeName = ""
    var oneof: Int?
  }

  var messages: [String: [Field]] = [:]
  /// The numbers of each enumeration's values.
  var enums: [String: [Int]] = [:]

  init(_ files: [WireFile]) {
    for file in files {
      var package = ""
      let parts = wireParts(file.descriptorBytes)
      for part in parts where part.number == 2 { package = part.text }
      for part in parts {
        if part.number == 4 { addMessage(part.bytes, scope: package) }
        if part.number == 5 { addEnum(part.bytes, scope: package) }
      }
    }
  }

  private mutating func addMessage(_ bytes: [UInt8], scope: String) {
    let parts = wireParts(bytes)
    let name = "\(scope).\(parts.first { $0.number == 1 }!.text)"
    messages[name] = parts.filter { $0.number == 2 }.map { field($0.bytes) }.sorted { $0.number < $1.number }
    for part in parts {
      if part.number == 3 { addMessage(part.bytes, scope: name) }
      if part.number == 4 { addEnum(part.bytes, scope: name) }
    }
  }

  private mutating func addEnum(_ bytes: [UInt8], scope: String) {
    let parts = wireParts(bytes)
    let values = parts.filter { $0.number == 2 }.map { value in wireParts(value.bytes).first { $0.number == 2 }?.int ?? 0 }
    enums["\(scope).\(parts.first { $0.number == 1 }!.text)"] = values
  }

  private func field(_ bytes: [UInt8]) -> Field {
    var field = Field()
    for part in wireParts(bytes) {
      switch part.number {
      case 1: field.name = part.text
      case 3: field.number = part.int
      case 4: field.isRepeated = part.int == 3
      case 5: field.type = part.int
      case 6: field.typeName = String(part.text.dropFirst())
      case 9: field.oneof = part.int
      default: break
      }
    }
    return field
  }
}

/// One field of a message as it is on the wire.
struct WirePart {
  var number: Int
  var int = 0
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

func wireParts(_ bytes: [UInt8]) -> [WirePart] {
  var parts: [WirePart] = []
  var index = 0
  func varint() -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { return Int(truncatingIfNeeded: value) }
    }
  }
  while index < bytes.count {
    let tag = varint()
    if tag & 7 == 2 {
      let length = varint()
      parts.append(WirePart(number: tag >> 3, bytes: Array(bytes[index..<index + length])))
      index += length
    } else {
      parts.append(WirePart(number: tag >> 3, int: varint()))
    }
  }
  return parts
}

/// Writes messages of a shape with a value other than the default in every field.
struct FilledMessages {
  let shape: ContractShape
  /// Which choice of each oneof is made, counted round.
  var choice = 0
  /// Numbers at the ends of their ranges instead of small ones.
  var isExtreme = false

  func bytes(of name: String) -> [UInt8] {
    var bytes: [UInt8] = []
    let fields = shape.messages[name]!
    for field in fields {
      if let oneof = field.oneof {
        let choices = fields.filter { $0.oneof == oneof }
        guard choices[choice % choices.count].number == field.number else { continue }
      }
      append(field, to: &bytes)
    }
    return bytes
  }

  private func append(_ field: ContractShape.Field, to bytes: inout [UInt8]) {
    let hasLength = [9, 11, 12].contains(field.type)
    if field.isRepeated && !hasLength {
      // Packed, as proto3 has lists of numbers.
      let elements = value(field, 0) + value(field, 1)
      bytes += varint(UInt64(field.number << 3 | 2)) + varint(UInt64(elements.count)) + elements
      return
    }
    for index in 0..<(field.isRepeated ? 2 : 1) {
      let wireType: Int =
        switch field.type {
        case 1, 6, 16: 1
        case 2, 7, 15: 5
        case 9, 11, 12: 2
        default: 0
        }
      let value = value(field, index)
      bytes += varint(UInt64(field.number << 3 | wireType)) + (hasLength ? varint(UInt64(value.count)) : []) + value
    }
  }

  private func value(_ field: ContractShape.Field, _ index: Int) -> [UInt8] {
    let small = field.number + index
    switch field.type {
    case 1: return little((isExtreme ? -Double.greatestFiniteMagnitude : Double(small) + 0.25).bitPattern)
    case 2: return little((isExtreme ? Float.leastNonzeroMagnitude : Float(small) + 0.5).bitPattern)
    case 3: return varint(UInt64(bitPattern: isExtreme ? .min : Int64(small)))
    case 4: return varint(isExtreme ? .max : UInt64(small))
    case 5: return varint(UInt64(bitPattern: isExtreme ? Int64(Int32.min) : Int64(small)))
    case 6: return little(isExtreme ? UInt64.max : UInt64(small))
    case 7: return little(isExtreme ? UInt32.max : UInt32(small))
    case 8: return [1]
    case 9: return Array((isExtreme ? String(repeating: "\u{10FFFF}é", count: 20) : "\(field.name) № \(small)").utf8)
    case 11: return bytes(of: field.typeName)
    case 12: return isExtreme ? [UInt8](repeating: 0, count: 300) : [0, 0xFF, UInt8(small)]
    case 13: return varint(isExtreme ? UInt64(UInt32.max) : UInt64(small))
    case 14:
      let numbers = shape.enums[field.typeName]!.filter { $0 != 0 }
      return varint(UInt64(bitPattern: Int64(isExtreme ? numbers.last! : numbers.first!)))
    case 15: return little(isExtreme ? Int32.min : Int32(small))
    case 16: return little(isExtreme ? Int64.min : Int64(small))
    case 17: return varint(isExtreme ? UInt64(UInt32.max) : UInt64(small * 2))
    case 18: return varint(isExtreme ? .max : UInt64(small * 2))
    default: fatalError("the tests know no type \(field.type)")
    }
  }
}

func varint(_ value: UInt64) -> [UInt8] {
  var value = value
  var bytes: [UInt8] = []
  while value >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
    value >>= 7
  }
  return bytes + [UInt8(value)]
}

func little(_ value: some FixedWidthInteger) -> [UInt8] {
  (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
