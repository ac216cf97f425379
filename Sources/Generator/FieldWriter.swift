// One field of a message, as the lines that generated code has for it.

extension ProtoField {
  var swiftName: String { lowerCamel(name) }

  func elementType(_ swiftNames: [String: String]) -> String {
    switch kind {
    case .int32, .sint32, .sfixed32: "Int32"
    case .int64, .sint64, .sfixed64: "Int64"
    case .uint32, .fixed32: "UInt32"
    case .uint64, .fixed64: "UInt64"
    case .float: "Float"
    case .double: "Double"
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "[UInt8]"
    case .message(let name), .enumeration(let name): swiftNames[name] ?? name
    case .group: "Never"
    }
  }

  func swiftType(_ swiftNames: [String: String]) -> String {
    let element = elementType(swiftNames)
    if cardinality == .repeated { return "[\(element)]" }
    if case .message = kind { return "\(element)?" }
    return element
  }

  /// Nil for an Optional, which starts as nil by itself.
  func initialValue(zeroCase: (String) -> String) -> String? {
    if cardinality == .repeated { return "[]" }
    switch kind {
    case .message, .group: return nil
    case .bool: return "false"
    case .string: return "\"\""
    case .bytes: return "[]"
    case .enumeration(let name): return ".\(zeroCase(name))"
    default: return "0"
    }
  }

  private var cField: String { "c.pointee.\(identifier(CName.field(name)))" }
  private var cCount: String { "c.pointee.n_\(CName.field(name))" }

  /// The expression that copies the member out of the C struct.
  func unpacked() -> String {
    let quoted = "\"\(name)\""
    if cardinality == .repeated {
      return switch kind {
      case .string: "try unsafe Unpacked.strings(\(cCount), \(cField), \(quoted))"
      case .bytes: "unsafe Unpacked.byteStrings(\(cCount), \(cField))"
      case .message: "try unsafe Unpacked.messages(\(cCount), \(cField))"
      case .enumeration: "try unsafe Unpacked.enumerations(\(cCount), \(cField), \(quoted))"
      case .bool: "unsafe Unpacked.booleans(\(cCount), \(cField))"
      default: "unsafe Unpacked.numbers(\(cCount), \(cField))"
      }
    }
    return switch kind {
    case .string: "try unsafe Unpacked.string(\(cField), \(quoted))"
    case .bytes: "unsafe Unpacked.bytes(\(cField))"
    case .message: "try unsafe Unpacked.message(\(cField))"
    case .enumeration: "try unsafe Unpacked.enumeration(\(cField).rawValue, \(quoted))"
    case .bool: "unsafe \(cField) != 0"
    default: "unsafe \(cField)"
    }
  }

  /// The statement that copies `value` into the C struct.
  func writePacking(of value: String, _ source: inout SourceText) {
    let target = cardinality == .repeated ? "unsafe (\(cCount), \(cField))" : "unsafe \(cField)"
    source.assignment(target, packed(value))
  }

  private func packed(_ value: String) -> String {
    let quoted = "\"\(name)\""
    if cardinality == .repeated {
      return switch kind {
      case .string: "try packer.strings(\(value), \(quoted))"
      case .bytes: "packer.byteStrings(\(value))"
      case .message: "try packer.messages(\(value))"
      case .enumeration: "packer.enumerations(\(value))"
      case .bool: "packer.booleans(\(value))"
      default: "packer.numbers(\(value))"
      }
    }
    return switch kind {
    case .string: "try packer.string(\(value), \(quoted))"
    case .bytes: "packer.bytes(\(value))"
    case .message: "try packer.message(\(value))"
    case .enumeration: ".init(rawValue: numericCast(\(value).rawValue))"
    case .bool: "\(value) ? 1 : 0"
    default: value
    }
  }

  func readingJSON(_ message: ProtoMessage) -> String {
    guard let oneof else { return "try field.read(&self.\(identifier(swiftName)))" }
    let owner = message.oneofs[oneof]
    return "try field.read(&self.\(identifier(lowerCamel(owner.name))), as: \(upperCamel(owner.name)).\(identifier(swiftName)))"
  }
}

extension ProtoMessage {
  var ownName: String { String(localName.split(separator: ".").last ?? "") }

  struct Member {
    var name: String
    var type: String
    var initialValue: String?
    var comment: String
  }

  /// The properties of the Swift struct: the fields, and each oneof in the place of its first choice.
  func members(_ swiftNames: [String: String]) -> [Member] {
    var members: [Member] = []
    var seen: Set<Int> = []
    for field in fields {
      if let index = field.oneof {
        guard seen.insert(index).inserted else { continue }
        let oneof = oneofs[index]
        members.append(Member(name: lowerCamel(oneof.name), type: "\(upperCamel(oneof.name))?", comment: oneof.comment))
      } else {
        members.append(
          Member(
            name: field.swiftName, type: field.swiftType(swiftNames),
            initialValue: field.initialValue { swiftNames["\($0)\(zeroCaseKey)"] ?? "unspecified" }, comment: field.comment))
      }
    }
    return members
  }

  private func choices(_ index: Int) -> [ProtoField] { fields.filter { $0.oneof == index } }

  func writeUnpacking(of oneof: ProtoOneof, _ index: Int, _ source: inout SourceText) {
    let name = "self.\(identifier(lowerCamel(oneof.name)))"
    source.line("switch unsafe c.pointee.\(CName.field(oneof.name))_case.rawValue {")
    for field in choices(index) {
      let choice = "\(upperCamel(oneof.name)).\(identifier(field.swiftName))"
      if case .message = field.kind {
        source.line("case \(field.number): \(name) = \(field.unpacked()).map(\(choice))")
      } else {
        source.line("case \(field.number): \(name) = \(choice)(\(field.unpacked()))")
      }
    }
    source.line("default: break")
    source.line("}")
  }

  func writePacking(of oneof: ProtoOneof, _ index: Int, _ source: inout SourceText) {
    source.line("switch self.\(identifier(lowerCamel(oneof.name))) {")
    for field in choices(index) {
      source.line("case .\(identifier(field.swiftName))(let choice)?:")
      source.line("  unsafe c.pointee.\(CName.field(oneof.name))_case = .init(rawValue: \(field.number))")
      source.indented { field.writePacking(of: "choice", &$0) }
    }
    source.line("case nil: break")
    source.line("}")
  }

  func writeJSON(of oneof: ProtoOneof, _ index: Int, _ source: inout SourceText) {
    source.line("switch self.\(identifier(lowerCamel(oneof.name))) {")
    for field in choices(index) {
      source.line("case .\(identifier(field.swiftName))(let choice)?: writer.writeChoice(\"\(field.swiftName)\", choice)")
    }
    source.line("case nil: break")
    source.line("}")
  }
}

/// Under an enumeration's full name and this, the table of Swift names has the case that stands for 0.
let zeroCaseKey = "#0"
