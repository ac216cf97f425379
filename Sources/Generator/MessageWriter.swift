/// Writes the Swift value types of one .proto file: a Swift file for each type, with those inside it.
struct MessageWriter {
  let file: ProtoFile
  /// Swift names by full names, of every message and enumeration in sight.
  let swiftNames: [String: String]
  let cModule: String

  /// - Parameter folder: Where the Swift files are to be.
  func files(in folder: String) -> [GeneratedFile] {
    let messages = Dictionary(grouping: file.messages) { outermost($0.localName) }
    let enums = Dictionary(grouping: file.enums) { outermost($0.localName) }
    return Set(messages.keys).union(enums.keys).sorted().map { name in
      GeneratedFile(name: "\(folder)/\(name).swift", content: source(messages[name] ?? [], enums[name] ?? []))
    }
  }

  private func outermost(_ localName: String) -> String { localName.split(separator: ".").first.map(String.init) ?? localName }

  private func source(_ messages: [ProtoMessage], _ enums: [ProtoEnum]) -> String {
    var source = SourceText(generatedFrom: file.path)
    source.line()
    if !messages.isEmpty { source.line("import \(cModule)") }
    source.line("public import Wire")
    for message in messages {
      source.line()
      inScope(of: message.localName, &source) { source in write(message, &source) }
      source.line()
      writeCoding(message, &source)
    }
    for enumeration in enums {
      source.line()
      inScope(of: enumeration.localName, &source) { $0.write(enumeration) }
    }
    return source.text
  }

  private func inScope(of localName: String, _ source: inout SourceText, _ write: (inout SourceText) -> Void) {
    let outer = localName.split(separator: ".").dropLast().joined(separator: ".")
    if outer.isEmpty { write(&source) } else { source.block("extension \(outer)", write) }
  }

  private func write(_ message: ProtoMessage, _ source: inout SourceText) {
    let members = message.members(swiftNames)
    source.documentation(message.comment)
    source.block("public struct \(message.ownName): WireMessage") { source in
      for member in members {
        source.documentation(member.comment)
        source.line("public var \(identifier(member.name)): \(member.type)\(member.initialValue.map { " = \($0)" } ?? "")")
      }
      if !members.isEmpty { source.line() }
      source.line("public init() {}")
      guard !members.isEmpty else { return }
      source.line()
      let parameters = members.map { "\($0.name): \($0.type) = \($0.initialValue ?? "nil")" }
      source.declaration("public init", parameters, "") { source in
        for member in members { source.line("self.\(member.name) = \(identifier(member.name))") }
      }
      for (index, oneof) in message.oneofs.enumerated() {
        source.line()
        source.documentation(oneof.comment)
        source.block("public enum \(upperCamel(oneof.name)): Sendable, Equatable") { source in
          for field in message.fields where field.oneof == index {
            source.documentation(field.comment)
            source.line("case \(identifier(field.swiftName))(\(field.elementType(swiftNames)))")
          }
        }
      }
    }
  }

  /// Everything that is not for people: the protocol's requirements.
  private func writeCoding(_ message: ProtoMessage, _ source: inout SourceText) {
    let cType = CName.type(message.fullName)
    let initializer = CName.initializer(message.fullName)
    let hasFields = !message.fields.isEmpty
    source.block("extension \(message.localName)") { source in
      source.line("public static var protoName: String { \"\(message.fullName)\" }")
      source.getter("public static var wireDescriptor: WireDescriptor", "unsafe WireDescriptor(\(initializer))")
      source.line()
      source.block("public init(unpacked message: UnsafeRawPointer) throws(WireError)") { source in
        guard hasFields else { return }
        source.line("let c = unsafe message.assumingMemoryBound(to: \(cType).self)")
        for field in message.fields where field.oneof == nil {
          source.assignment("self.\(identifier(field.swiftName))", field.unpacked())
        }
        for (index, oneof) in message.oneofs.enumerated() { message.writeUnpacking(of: oneof, index, &source) }
      }
      source.line()
      source.block("public func packed(with packer: WirePacker) throws(WireError) -> UnsafeMutableRawPointer") { source in
        source.line("let c = unsafe packer.new(\(initializer))")
        for field in message.fields where field.oneof == nil {
          field.writePacking(of: "self.\(identifier(field.swiftName))", &source)
        }
        for (index, oneof) in message.oneofs.enumerated() { message.writePacking(of: oneof, index, &source) }
        source.line("return UnsafeMutableRawPointer(c)")
      }
      source.line()
      source.block(
        "public mutating func readJSONField(_ name: String, _ field: JSONField) throws(JSONMappingError) -> StaticString?"
      ) { source in
        guard hasFields else { return source.line("nil") }
        source.line("switch name {")
        for field in message.fields {
          let spellings = Set([field.swiftName, field.name]).sorted().map { "\"\($0)\"" }.joined(separator: ", ")
          source.line("case \(spellings):")
          source.line("  \(field.readingJSON(message))")
          source.line("  return \"\(field.swiftName)\"")
        }
        source.line("default: return nil")
        source.line("}")
      }
      source.line()
      source.block("public func writeJSONFields(to writer: inout JSONFieldWriter)") { source in
        for field in message.fields where field.oneof == nil {
          source.line("writer.write(\"\(field.swiftName)\", self.\(identifier(field.swiftName)))")
        }
        for (index, oneof) in message.oneofs.enumerated() { message.writeJSON(of: oneof, index, &source) }
      }
    }
  }
}

extension SourceText {
  mutating func write(_ enumeration: ProtoEnum) {
    let cases = enumeration.swiftCases
    documentation(enumeration.comment)
    block("public enum \(enumeration.ownName): Int32, WireEnum") { source in
      for (value, name) in zip(enumeration.values, cases) {
        source.documentation(value.comment)
        source.line("case \(identifier(name)) = \(value.number)")
      }
      source.line()
      source.line("public static var protoEnumName: String { \"\(enumeration.fullName)\" }")
      source.line()
      source.block("public var protoName: String") { source in
        source.line("switch self {")
        for (value, name) in zip(enumeration.values, cases) { source.line("case .\(identifier(name)): \"\(value.name)\"") }
        source.line("}")
      }
    }
  }
}

extension ProtoEnum {
  var ownName: String { String(localName.split(separator: ".").last ?? "") }

  /// The values' names, less the enumeration's own name when all begin with it.
  var swiftCases: [String] {
    // The name in the contract: what a prefix adds for Swift is no part of it.
    let prefix = upperSnake(String(fullName.split(separator: ".").last ?? "")) + "_"
    let isPrefixed = values.allSatisfy { $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }
    return values.map { value in
      lowerCamel((isPrefixed ? String(value.name.dropFirst(prefix.count)) : value.name).lowercased())
    }
  }
}
