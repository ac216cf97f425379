import CDescriptors

// The C structs live as long as this short process; protoc, which made the bytes they come from, is trusted.

extension Schema {
  /// From the descriptions that protoc gives its plugins.
  init(_ files: UnsafeBufferPointer<UnsafeMutablePointer<Google__Protobuf__FileDescriptorProto>?>) {
    self.files = unsafe files.map { unsafe ProtoFile($0!) }
  }

  /// From a google.protobuf.FileDescriptorSet, as `protoc --include_source_info --descriptor_set_out` writes it.
  init?(descriptorSet bytes: [UInt8]) {
    guard let set = unsafe google__protobuf__file_descriptor_set__unpack(nil, bytes.count, bytes) else { return nil }
    unsafe self.init(UnsafeBufferPointer(start: set.pointee.file, count: set.pointee.n_file))
  }
}

private func text(_ text: UnsafeMutablePointer<CChar>?) -> String {
  guard let text = unsafe text else { return "" }
  return unsafe String(cString: text)
}

/// A type's name without the dot that marks it as absolute.
private func typeName(_ name: UnsafeMutablePointer<CChar>?) -> String {
  let name = unsafe text(name)
  return name.hasPrefix(".") ? String(name.dropFirst()) : name
}

/// What `body` makes of each element of a repeated field, which comes with its position.
private func each<Element, Value>(
  _ start: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>?, _ count: Int,
  _ body: (Int32, UnsafeMutablePointer<Element>) -> Value
) -> [Value] {
  (0..<count).map { index in unsafe body(Int32(index), start![index]!) }
}

/// The comments of one file by where in its description they belong: a path of field numbers and positions.
private struct Comments {
  private var texts: [[Int32]: String] = [:]

  init(_ info: UnsafeMutablePointer<Google__Protobuf__SourceCodeInfo>?) {
    guard let info = unsafe info else { return }
    _ = unsafe each(info.pointee.location, info.pointee.n_location) { _, location in
      let path = unsafe Array(UnsafeBufferPointer(start: location.pointee.path, count: location.pointee.n_path))
      let leading = unsafe text(location.pointee.leading_comments)
      let comment = unsafe leading.isEmpty ? text(location.pointee.trailing_comments) : leading
      if !comment.isEmpty { texts[path] = comment }
    }
  }

  subscript(path: [Int32]) -> String { texts[path] ?? "" }
}

extension ProtoFile {
  // The field numbers of the path steps, from descriptor.proto.
  fileprivate static let messageStep: Int32 = 4
  fileprivate static let enumStep: Int32 = 5
  private static let serviceStep: Int32 = 6
  private static let methodStep: Int32 = 2

  init(_ file: UnsafeMutablePointer<Google__Protobuf__FileDescriptorProto>) {
    let comments = unsafe Comments(file.pointee.source_code_info)
    unsafe path = text(file.pointee.name)
    let package = unsafe text(file.pointee.package)
    self.package = package
    unsafe syntax = file.pointee.syntax == nil ? "proto2" : text(file.pointee.syntax)
    dependencies = unsafe (0..<file.pointee.n_dependency).map { unsafe text(file.pointee.dependency[$0]) }
    declaresExtensions = unsafe file.pointee.n_extension > 0

    var types = Types(comments: comments)
    _ = unsafe each(file.pointee.message_type, file.pointee.n_message_type) { index, message in
      unsafe types.add(message, in: package, outer: [], path: [Self.messageStep, index])
    }
    _ = unsafe each(file.pointee.enum_type, file.pointee.n_enum_type) { index, enumeration in
      unsafe types.add(enumeration, in: package, outer: [], path: [Self.enumStep, index])
    }
    messages = types.messages
    enums = types.enums

    services = unsafe each(file.pointee.service, file.pointee.n_service) { index, service in
      let path = [Self.serviceStep, index]
      let name = unsafe text(service.pointee.name)
      return ProtoService(
        fullName: qualified(name, in: package), name: name, comment: comments[path],
        methods: unsafe each(service.pointee.method, service.pointee.n_method) { index, method in
          unsafe ProtoService.Method(
            name: text(method.pointee.name), input: typeName(method.pointee.input_type),
            output: typeName(method.pointee.output_type),
            streamsRequests: method.pointee.client_streaming != 0, streamsResponses: method.pointee.server_streaming != 0,
            comment: comments[path + [Self.methodStep, index]])
        })
    }

    // Reflection serves the contract, not what is said about it.
    unsafe file.pointee.source_code_info = nil
    let size = unsafe google__protobuf__file_descriptor_proto__get_packed_size(file)
    descriptorBytes = unsafe Array(unsafeUninitializedCapacity: size) { room, count in
      unsafe count = google__protobuf__file_descriptor_proto__pack(file, room.baseAddress)
    }
  }
}

private func qualified(_ name: String, in scope: String) -> String { scope.isEmpty ? name : "\(scope).\(name)" }

private struct Types {
  let comments: Comments
  var messages: [ProtoMessage] = []
  var enums: [ProtoEnum] = []

  private static let fieldStep: Int32 = 2
  private static let nestedMessageStep: Int32 = 3
  private static let nestedEnumStep: Int32 = 4
  private static let oneofStep: Int32 = 8
  private static let valueStep: Int32 = 2

  init(comments: Comments) { self.comments = comments }

  mutating func add(
    _ message: UnsafeMutablePointer<Google__Protobuf__DescriptorProto>, in package: String, outer: [String], path: [Int32]
  ) {
    let names = unsafe outer + [text(message.pointee.name)]
    let localName = names.joined(separator: ".")
    var oneofs = unsafe each(message.pointee.oneof_decl, message.pointee.n_oneof_decl) { index, oneof in
      unsafe ProtoOneof(name: text(oneof.pointee.name), comment: comments[path + [Self.oneofStep, index]])
    }
    let fields = unsafe each(message.pointee.field, message.pointee.n_field) { index, field in
      unsafe ProtoField(field, comment: comments[path + [Self.fieldStep, index]])
    }
    // protoc makes up a oneof for each proto3 `optional`; the checks refuse those by their own name.
    oneofs.removeAll { $0.name.hasPrefix("_") }
    unsafe messages.append(
      ProtoMessage(
        fullName: qualified(localName, in: package), localName: localName, comment: comments[path], fields: fields, oneofs: oneofs,
        isMapEntry: message.pointee.options?.pointee.map_entry ?? 0 != 0,
        declaresExtensions: message.pointee.n_extension > 0 || message.pointee.n_extension_range > 0))
    _ = unsafe each(message.pointee.nested_type, message.pointee.n_nested_type) { index, nested in
      unsafe add(nested, in: package, outer: names, path: path + [Self.nestedMessageStep, index])
    }
    _ = unsafe each(message.pointee.enum_type, message.pointee.n_enum_type) { index, nested in
      unsafe add(nested, in: package, outer: names, path: path + [Self.nestedEnumStep, index])
    }
  }

  mutating func add(
    _ enumeration: UnsafeMutablePointer<Google__Protobuf__EnumDescriptorProto>, in package: String, outer: [String], path: [Int32]
  ) {
    let localName = unsafe (outer + [text(enumeration.pointee.name)]).joined(separator: ".")
    let values = unsafe each(enumeration.pointee.value, enumeration.pointee.n_value) { index, value in
      unsafe ProtoEnum.Value(
        name: text(value.pointee.name), number: value.pointee.number, comment: comments[path + [Self.valueStep, index]])
    }
    enums.append(
      ProtoEnum(fullName: qualified(localName, in: package), localName: localName, comment: comments[path], values: values))
  }
}

extension ProtoField {
  fileprivate init(_ field: UnsafeMutablePointer<Google__Protobuf__FieldDescriptorProto>, comment: String) {
    unsafe name = text(field.pointee.name)
    unsafe number = field.pointee.number
    unsafe jsonName = text(field.pointee.json_name)
    self.comment = comment
    let isOptional = unsafe field.pointee.proto3_optional != 0
    unsafe oneof = field.pointee.has_oneof_index != 0 && !isOptional ? Int(field.pointee.oneof_index) : nil
    let type = unsafe typeName(field.pointee.type_name)
    // The numbers are those of FieldDescriptorProto.Label and .Type.
    let label = unsafe field.pointee.label.rawValue
    cardinality =
      switch label {
      case 2: .required
      case 3: .repeated
      default: isOptional ? .optional : .singular
      }
    let kind = unsafe field.pointee.type.rawValue
    self.kind =
      switch kind {
      case 1: .double
      case 2: .float
      case 3: .int64
      case 4: .uint64
      case 5: .int32
      case 6: .fixed64
      case 7: .fixed32
      case 8: .bool
      case 9: .string
      case 11: .message(type)
      case 12: .bytes
      case 13: .uint32
      case 14: .enumeration(type)
      case 15: .sfixed32
      case 16: .sfixed64
      case 17: .sint32
      case 18: .sint64
      default: .group
      }
  }
}
