/// The full names of what a .proto file declares.
struct DeclaredSymbols {
  /// The messages, nested ones too.
  private(set) var messages: [String] = []
  /// Everything else that has a full name: services and methods, fields and oneofs, enumerations and their values.
  private(set) var others: [String] = []

  /// - Parameter file: a serialized google.protobuf.FileDescriptorProto. The field numbers here are descriptor.proto's.
  init(file: [UInt8]) {
    let fields = Array(DescriptorFields(file[...]))
    let package = fields.first { $0.number == 2 }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    for field in fields {
      switch field.number {
      case 4: addMessage(field.bytes, in: package)
      case 5: addEnumeration(field.bytes, in: package)
      case 6: addParts(of: addName(field.bytes, in: package), field.bytes, numbers: [2])
      default: break
      }
    }
  }

  private mutating func addMessage(_ bytes: ArraySlice<UInt8>, in scope: String) {
    let name = Self.name(bytes, in: scope)
    messages.append(name)
    // Fields and oneofs.
    addParts(of: name, bytes, numbers: [2, 8])
    for field in DescriptorFields(bytes) {
      switch field.number {
      case 3: addMessage(field.bytes, in: name)
      case 4: addEnumeration(field.bytes, in: name)
      default: break
      }
    }
  }

  private mutating func addEnumeration(_ bytes: ArraySlice<UInt8>, in scope: String) {
    _ = addName(bytes, in: scope)
    // Values stand beside their enumeration, not inside it, as in C++.
    addParts(of: scope, bytes, numbers: [2])
  }

  private mutating func addParts(of scope: String, _ bytes: ArraySlice<UInt8>, numbers: Set<UInt64>) {
    for field in DescriptorFields(bytes) where numbers.contains(field.number) { _ = addName(field.bytes, in: scope) }
  }

  private mutating func addName(_ bytes: ArraySlice<UInt8>, in scope: String) -> String {
    let name = Self.name(bytes, in: scope)
    others.append(name)
    return name
  }

  /// Whatever has a name has it as its first field.
  private static func name(_ bytes: ArraySlice<UInt8>, in scope: String) -> String {
    let name = DescriptorFields(bytes).first { $0.number == 1 }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    return scope.isEmpty ? name : "\(scope).\(name)"
  }
}
