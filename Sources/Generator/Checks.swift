/// Why files cannot be generated from; protoc shows it to the person.
struct SchemaError: Error, Equatable, CustomStringConvertible {
  let description: String
}

extension Schema {
  /// Refuses what protobuf-c 1.4 gets wrong and what the house rules leave out. `generated` are the paths that code is wanted for.
  func check(generated: Set<String>) throws(SchemaError) {
    for file in files where generated.contains(file.path) {
      guard file.syntax == "proto3" else { throw SchemaError(description: "\(file.path): only proto3 is generated from") }
      guard !file.declaresExtensions else { throw SchemaError(description: "\(file.path): extensions are not generated") }
      for message in file.messages { try check(message) }
      for enumeration in file.enums { try check(enumeration) }
    }
    try checkNames(generated: generated)
    try checkRecursion()
  }

  private func check(_ message: ProtoMessage) throws(SchemaError) {
    let name = message.fullName
    guard !message.isMapEntry else {
      throw SchemaError(description: "\(name): map fields are not generated; use a repeated message with a key and a value")
    }
    guard !message.declaresExtensions else { throw SchemaError(description: "\(name): extensions are not generated") }
    var spellings: Set<String> = []
    for field in message.fields {
      let place = "\(name).\(field.name)"
      switch field.cardinality {
      case .optional:
        throw SchemaError(
          description:
            "\(place): `optional` is not supported by protobuf-c 1.4; use a message, or a oneof of one field, where presence matters"
        )
      case .required: throw SchemaError(description: "\(place): `required` is not generated")
      case .singular, .repeated: break
      }
      if field.kind == .group { throw SchemaError(description: "\(place): groups are not generated") }
      guard field.name == field.name.lowercased(), field.jsonName == lowerCamel(field.name) else {
        throw SchemaError(description: "\(place): a field's name is lower_snake_case and its JSON name follows from it")
      }
      guard spellings.insert(lowerCamel(field.name)).inserted, !memberNamesTaken.contains(lowerCamel(field.name)) else {
        throw SchemaError(description: "\(place): the name is taken in Swift")
      }
    }
    for oneof in message.oneofs where !spellings.insert(lowerCamel(oneof.name)).inserted {
      throw SchemaError(description: "\(name).\(oneof.name): the name is taken in Swift")
    }
  }

  private func check(_ enumeration: ProtoEnum) throws(SchemaError) {
    guard enumeration.values.first?.number == 0 else {
      throw SchemaError(description: "\(enumeration.fullName): the first value has to be 0")
    }
    var numbers: Set<Int32> = []
    for value in enumeration.values where !numbers.insert(value.number).inserted {
      throw SchemaError(description: "\(enumeration.fullName).\(value.name): aliases are not generated")
    }
    var names: Set<String> = []
    for name in enumeration.swiftCases {
      guard let first = name.first, !first.isNumber, names.insert(name).inserted else {
        throw SchemaError(description: "\(enumeration.fullName): two values, or a number, would be called \"\(name)\" in Swift")
      }
    }
  }

  /// In Swift, packages fall away: the names of one module have to differ without them.
  private func checkNames(generated: Set<String>) throws(SchemaError) {
    var owners: [String: String] = [:]
    func claim(_ name: String, for owner: String) throws(SchemaError) {
      guard !namesTakenBySwift.contains(name) else {
        throw SchemaError(description: "\(owner): \(name) means something else in Swift")
      }
      if let other = owners.updateValue(owner, forKey: name) {
        throw SchemaError(description: "\(owner) and \(other) would both be called \(name) in Swift")
      }
    }
    for file in files where generated.contains(file.path) {
      for message in file.messages {
        try claim(message.localName, for: message.fullName)
        for oneof in message.oneofs {
          try claim("\(message.localName).\(upperCamel(oneof.name))", for: "\(message.fullName).\(oneof.name)")
        }
      }
      for enumeration in file.enums { try claim(enumeration.localName, for: enumeration.fullName) }
      for service in file.services {
        try claim(service.protocolName, for: service.fullName)
        try claim("\(service.name)Client", for: service.fullName)
      }
    }
  }

  /// protobuf-c unpacks by recursion without a limit: a small message nested deeply enough would end the process.
  private func checkRecursion() throws(SchemaError) {
    var parts: [String: [String]] = [:]
    for message in files.flatMap(\.messages) {
      parts[message.fullName] = message.fields.compactMap { if case .message(let name) = $0.kind { name } else { nil } }
    }
    var finished: Set<String> = []
    var trail: [String] = []
    func visit(_ name: String) throws(SchemaError) {
      if let start = trail.firstIndex(of: name) {
        let cycle = (trail[start...] + [name]).joined(separator: " → ")
        throw SchemaError(description: "no message may hold itself: \(cycle); use a flat list with indices")
      }
      guard !finished.contains(name) else { return }
      trail.append(name)
      for part in parts[name] ?? [] { try visit(part) }
      trail.removeLast()
      finished.insert(name)
    }
    for name in parts.keys.sorted() { try visit(name) }
  }
}
