// How names of the contract are spelt in C (by protoc-c) and in Swift.

/// kpi_key → kpiKey; digits keep the word going: "level_2" → "level2".
func lowerCamel(_ snake: String) -> String {
  var result = ""
  var raisesNext = false
  for character in snake {
    if character == "_" {
      raisesNext = true
    } else {
      result += raisesNext && !result.isEmpty ? character.uppercased() : String(character)
      raisesNext = false
    }
  }
  return result
}

/// SaveMetricsConfig → saveMetricsConfig; a leading run of capitals goes down together.
func lowerFirst(_ name: String) -> String {
  let capitals = name.prefix { $0.isUppercase }
  let count = capitals.count > 1 && capitals.count < name.count ? capitals.count - 1 : capitals.count
  return name.prefix(count).lowercased() + name.dropFirst(count)
}

/// event → Event, action_run → ActionRun.
func upperCamel(_ snake: String) -> String {
  snake.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
}

/// KpiLevel → KPI_LEVEL, as the style guide has the prefix of an enumeration's values.
func upperSnake(_ camel: String) -> String {
  var result = ""
  var previous: Character?
  for character in camel {
    if character.isUppercase, let previous, !previous.isUppercase, previous != "_" { result += "_" }
    result += character.uppercased()
    previous = character
  }
  return result
}

/// A word of Swift's own needs backticks where a name stands.
func identifier(_ name: String) -> String { swiftKeywords.contains(name) ? "`\(name)`" : name }

private let swiftKeywords: Set<String> = [
  "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout", "internal", "let",
  "open",
  "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static", "struct", "subscript", "typealias", "var",
  "break", "case", "catch", "continue", "default", "defer", "do", "else", "fallthrough", "for", "guard", "if", "in", "repeat",
  "return",
  "throw", "switch", "where", "while", "Any", "as", "await", "false", "is", "nil", "self", "Self", "super", "throws", "true", "try",
]

/// Message names that would hide what generated code itself uses.
let namesTakenBySwift: Set<String> = [
  "Any", "Array", "Bool", "Double", "Error", "Float", "Int", "Int32", "Int64", "Never", "Optional", "Protocol", "Self", "Sendable",
  "StaticString", "String", "Type", "UInt32", "UInt64", "UInt8", "UnsafeMutableRawPointer", "UnsafeRawPointer", "Void",
  "WireDescriptor",
  "WireEnum", "WireError", "WireFile", "WireMessage", "WirePacker", "Unpacked", "JSONField", "JSONFieldWriter", "JSONMappingError",
  "BidirectionalCall", "CallContext", "CallOptions", "ClientStreamingCall", "RequestStream", "RequestWriter", "ResponseStream",
  "ResponseWriter", "RPCChannel", "RPCMethod", "RPCService",
]

/// Field names that would hide members every message has, or that Swift cannot spell.
let memberNamesTaken: Set<String> = ["init", "jsonValue", "protoName", "self", "wireBytes", "wireDescriptor"]

enum CName {
  /// lodestar.metrics.v1.KpiRow → Lodestar__Metrics__V1__KpiRow
  static func type(_ fullName: String) -> String {
    fullName.split(separator: ".").map { upperFirstEach($0) }.joined(separator: "__")
  }

  /// lodestar.metrics.v1.KpiRow → lodestar__metrics__v1__kpi_row__init
  static func initializer(_ fullName: String) -> String {
    fullName.split(separator: ".").map { upperSnakeRun($0).lowercased() }.joined(separator: "__") + "__init"
  }

  /// A field in its struct; C's and C++'s own words get an underscore.
  static func field(_ name: String) -> String {
    let lower = name.lowercased()
    return keywords.contains(lower) ? lower + "_" : lower
  }

  /// protoc-c raises the letter after each underscore and drops the underscore.
  private static func upperFirstEach(_ part: Substring) -> String {
    part.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// protoc-c puts an underscore before a capital that follows anything but a capital.
  private static func upperSnakeRun(_ part: Substring) -> String {
    var result = ""
    var wasUpper = true
    for character in part {
      if character.isUppercase, !wasUpper { result += "_" }
      result.append(character)
      wasUpper = character.isUppercase
    }
    return result
  }

  private static let keywords: Set<String> = [
    "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "class", "compl", "const",
    "const_cast",
    "continue", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "extern", "false", "float", "for",
    "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not", "not_eq", "operator", "or", "or_eq",
    "private", "protected", "public", "register", "reinterpret_cast", "return", "short", "signed", "sizeof", "static",
    "static_cast",
    "struct", "switch", "template", "this", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using",
    "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
  ]
}
