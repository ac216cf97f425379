/// Why a JSON value is not a message.
public struct JSONMappingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where, from the message's own object: "rows[3].kpiLevel"; empty for the object itself.
  public private(set) var path: String
  public let message: String

  public init(_ message: String) {
    path = ""
    self.message = message
  }

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }

  func at(_ step: String) -> JSONMappingError {
    var error = self
    error.path = path.isEmpty || path.hasPrefix("[") ? step + path : "\(step).\(path)"
    return error
  }
}

/// What a field of a message can hold, once or in a list.
public protocol JSONMappable: Sendable, Equatable {
  init(json: JSONValue) throws(JSONMappingError)
  func json(includingDefaults: Bool) -> JSONValue
  /// What the field has when nothing is said; nil for a message, whose absence is said by an Optional.
  static var jsonDefault: Self? { get }
}

extension WireMessage {
  /// Reads the proto3 JSON form: lowerCamelCase or original names, 64-bit integers as numbers or strings, enumerations by name or
  /// number, null for a default. Unknown names are refused.
  public init(jsonValue: JSONValue) throws(JSONMappingError) {
    guard case .object(let object) = jsonValue else { throw JSONMappingError("expected an object") }
    self.init()
    var seen: Set<String> = []
    for member in object.members {
      do throws(JSONMappingError) {
        guard let name = try readJSONField(member.name, JSONField(value: member.value)) else {
          throw JSONMappingError("\(Self.protoName) has no such field")
        }
        guard seen.insert(name.description).inserted else { throw JSONMappingError("given twice, by both its names") }
      } catch {
        throw error.at(member.name)
      }
    }
  }

  /// The proto3 JSON form: lowerCamelCase names, 64-bit integers as strings, fields at their default left out.
  public var jsonValue: JSONValue { jsonValue(includingDefaults: false) }

  /// The proto3 JSON form; with defaults, every field but absent messages and choices not made.
  public func jsonValue(includingDefaults: Bool) -> JSONValue {
    var writer = JSONFieldWriter(includingDefaults: includingDefaults)
    writeJSONFields(to: &writer)
    return .object(writer.object)
  }

  public init(json: JSONValue) throws(JSONMappingError) { try self.init(jsonValue: json) }
  public func json(includingDefaults: Bool) -> JSONValue { jsonValue(includingDefaults: includingDefaults) }
  public static var jsonDefault: Self? { nil }
}

/// One member's value, on its way into a field of a message. null leaves the field at its default.
public struct JSONField {
  let value: JSONValue

  /// A field that always has a value.
  public func read<Value: JSONMappable>(_ field: inout Value) throws(JSONMappingError) {
    guard value != .null else { return }
    field = try Value(json: value)
  }

  /// A message that may be absent.
  public func read<Value: JSONMappable>(_ field: inout Value?) throws(JSONMappingError) {
    guard value != .null else { return }
    field = try Value(json: value)
  }

  /// A list; the error names the position.
  public func read<Value: JSONMappable>(_ field: inout [Value]) throws(JSONMappingError) {
    guard value != .null else { return }
    guard case .array(let elements) = value else { throw JSONMappingError("expected a list") }
    field.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do throws(JSONMappingError) {
        field.append(try Value(json: element))
      } catch {
        throw error.at("[\(index)]")
      }
    }
  }

  /// One choice of a oneof.
  public func read<Choice, Value: JSONMappable>(_ choice: inout Choice?, as wrap: (Value) -> Choice) throws(JSONMappingError) {
    guard value != .null else { return }
    guard choice == nil else { throw JSONMappingError("another choice of the same oneof is given as well") }
    choice = wrap(try Value(json: value))
  }
}

/// Gathers the members of a message's JSON object.
public struct JSONFieldWriter {
  let includingDefaults: Bool
  private(set) var object = JSONObject()

  init(includingDefaults: Bool) { self.includingDefaults = includingDefaults }

  /// A field that always has a value; left out at its default unless defaults are wanted.
  public mutating func write<Value: JSONMappable>(_ name: StaticString, _ value: Value) {
    guard includingDefaults || value != Value.jsonDefault else { return }
    writeChoice(name, value)
  }

  /// A message that may be absent, and then is left out.
  public mutating func write<Value: JSONMappable>(_ name: StaticString, _ value: Value?) {
    if let value { writeChoice(name, value) }
  }

  /// A list; an empty one is left out unless defaults are wanted.
  public mutating func write<Value: JSONMappable>(_ name: StaticString, _ values: [Value]) {
    guard includingDefaults || !values.isEmpty else { return }
    object.append(name.description, .array(values.map { $0.json(includingDefaults: includingDefaults) }))
  }

  /// The choice made in a oneof, which is written even at its type's default.
  public mutating func writeChoice<Value: JSONMappable>(_ name: StaticString, _ value: Value) {
    object.append(name.description, value.json(includingDefaults: includingDefaults))
  }
}
