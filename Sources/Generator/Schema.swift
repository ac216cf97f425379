/// What the .proto files say, in the terms that the writers need. Names in it are full names without the leading dot.
struct Schema {
  var files: [ProtoFile]

  /// The same with Swift's names of those packages beginning with a prefix; the names on the wire stay what they are.
  func prefixed(_ prefixes: [String: String]) -> Schema {
    var schema = self
    for index in schema.files.indices {
      guard let prefix = prefixes[files[index].package] else { continue }
      for message in files[index].messages.indices {
        schema.files[index].messages[message].localName = prefix + files[index].messages[message].localName
      }
      for enumeration in files[index].enums.indices {
        schema.files[index].enums[enumeration].localName = prefix + files[index].enums[enumeration].localName
      }
      for service in files[index].services.indices {
        schema.files[index].services[service].name = prefix + files[index].services[service].name
      }
    }
    return schema
  }
}

struct ProtoFile {
  /// The path that other files import it by: "lodestar/metrics/v1/metrics.proto".
  var path: String
  var package: String
  var syntax: String
  var dependencies: [String]
  /// Outer messages come before those inside them; otherwise in the file's order.
  var messages: [ProtoMessage]
  var enums: [ProtoEnum]
  var services: [ProtoService]
  var declaresExtensions: Bool
  /// The file's google.protobuf.FileDescriptorProto without its comments, serialized.
  var descriptorBytes: [UInt8]
}

struct ProtoMessage {
  var fullName: String
  /// The name inside the package: "HealthCheckResponse", or "Outer.Inner".
  var localName: String
  var comment: String
  var fields: [ProtoField]
  var oneofs: [ProtoOneof]
  /// True for the messages that protoc makes up for map fields.
  var isMapEntry: Bool
  var declaresExtensions: Bool
}

struct ProtoField {
  enum Kind: Equatable {
    case int32, sint32, sfixed32, int64, sint64, sfixed64, uint32, fixed32, uint64, fixed64, float, double, bool, string, bytes
    case message(String)
    case enumeration(String)
    case group
  }
  enum Cardinality { case singular, optional, repeated, required }

  var name: String
  var number: Int32
  var kind: Kind
  var cardinality: Cardinality
  /// Which of the message's oneofs it is a choice of.
  var oneof: Int?
  var jsonName: String
  var comment: String
}

struct ProtoOneof {
  var name: String
  var comment: String
}

struct ProtoEnum {
  struct Value {
    var name: String
    var number: Int32
    var comment: String
  }

  var fullName: String
  var localName: String
  var comment: String
  var values: [Value]
}

struct ProtoService {
  struct Method {
    var name: String
    var input: String
    var output: String
    var streamsRequests: Bool
    var streamsResponses: Bool
    var comment: String
  }

  var fullName: String
  var name: String
  var comment: String
  var methods: [Method]
}
