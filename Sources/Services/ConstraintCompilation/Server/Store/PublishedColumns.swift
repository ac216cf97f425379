import Messages
import Postgres
import Wire

/// The jsonb columns of a revision: the JSON of the typed messages under the contract's own names, with every list, even an empty
/// one, numbers as numbers, and pairs as lists of two, so that people and their queries find what the specification shows.
struct PublishedColumns {
  private static let parts: [(name: String, value: @Sendable (CompiledConstraintSet) -> JSONValue)] = [
    ("floors_json", { Self.value($0.floors ?? Floors()) }),
    ("caps_json", { Self.value($0.caps ?? Caps()) }),
    ("targets_json", { Self.value($0.targets ?? Targets()) }),
    ("mandatory_initiatives_json", { Self.value($0.mandatory ?? Mandatory()) }),
    ("bundles_json", { Self.value($0.bundles ?? Bundles()) }),
    ("exclusions_json", { Self.value($0.exclusions ?? Exclusions()) }),
    ("prerequisites_json", { Self.value($0.prerequisites ?? Prerequisites()) }),
    ("synergies_json", { Self.value($0.synergies ?? Synergies()) }),
  ]
  static let names = parts.map(\.name)
  /// The names as SQL lists them.
  static let listedNames = Statement(unsafeSQL: names.joined(separator: ", "))

  /// In the order of the names.
  private let values: [JSONValue]

  init(_ compiled: CompiledConstraintSet) { values = Self.parts.map { $0.value(compiled) } }

  /// In the order of the names.
  var texts: [JSONText] { values.map { JSONText($0.text()) } }

  /// The texts as SQL lists them.
  var listedTexts: Statement {
    let texts = texts
    let first: Statement = "\(texts[0])"
    return texts.dropFirst().reduce(first) { list, text in "\(list), \(text)" }
  }

  struct Fault: Equatable, Sendable {
    var column: String
    var message: String
  }

  /// What stands in a row's columns that the compiled message does not say, and what it says that they do not; one fault a column.
  /// - Parameter first: the place of the first column; the others follow in the order of the names.
  func faults(in row: Row, from first: Int) throws -> [Fault] {
    var faults: [Fault] = []
    for (place, name) in Self.names.enumerated() {
      let text = try row.decode(first + place, as: JSONText.self).text
      guard let stored = try? JSONValue(parsing: text) else {
        faults.append(Fault(column: name, message: "it is not JSON that can be read"))
        continue
      }
      if let difference = JSONDifference.first(stored: stored, compiled: values[place]) {
        faults.append(Fault(column: name, message: difference))
      }
    }
    return faults
  }

  /// Numbers that the JSON mapping would write as text.
  private static let wholeNumbers: Set<String> = ["minTokens", "maxTokens", "minCount", "maxCount"]

  private static func value(_ message: some WireMessage) -> JSONValue { published(message.jsonValue(includingDefaults: true)) }

  static func published(_ value: JSONValue, of name: String = "") -> JSONValue {
    switch value {
    case .object(let object) where name == "excludePairs": return .array(object.members.map(\.value))
    case .object(let object):
      return .object(JSONObject(object.members.map { (snakeCase($0.name), published($0.value, of: $0.name)) }))
    case .array(let elements): return .array(elements.map { published($0, of: name) })
    case .string(let text) where wholeNumbers.contains(name): return Int64(text).map { .number(JSONNumber($0)) } ?? value
    default: return value
    }
  }

  /// `minTokens` as the contract spells it: `min_tokens`.
  private static func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { text, letter in
      if letter.isUppercase { text += "_" }
      text += letter.lowercased()
    }
  }
}
