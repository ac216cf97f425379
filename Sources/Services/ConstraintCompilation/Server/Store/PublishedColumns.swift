import Messages
import Postgres
import Wire

/// The jsonb columns of a revision: the JSON of the typed messages under the contract's own names, with every list, even an empty
/// one, numbers as numbers, and pairs as lists of two, so that people and their queries find what the specification shows.
struct PublishedColumns {
  static let names = [
    "floors_json", "caps_json", "targets_json", "mandatory_initiatives_json", "bundles_json", "exclusions_json",
    "prerequisites_json",
    "synergies_json",
  ]

  /// In the order of the names.
  private let values: [JSONValue]

  var floors: JSONText { JSONText(values[0].text()) }
  var caps: JSONText { JSONText(values[1].text()) }
  var targets: JSONText { JSONText(values[2].text()) }
  var mandatory: JSONText { JSONText(values[3].text()) }
  var bundles: JSONText { JSONText(values[4].text()) }
  var exclusions: JSONText { JSONText(values[5].text()) }
  var prerequisites: JSONText { JSONText(values[6].text()) }
  var synergies: JSONText { JSONText(values[7].text()) }

  init(_ compiled: CompiledConstraintSet) {
    values = [
      Self.value(compiled.floors ?? Floors()), Self.value(compiled.caps ?? Caps()), Self.value(compiled.targets ?? Targets()),
      Self.value(compiled.mandatory ?? Mandatory()), Self.value(compiled.bundles ?? Bundles()),
      Self.value(compiled.exclusions ?? Exclusions()), Self.value(compiled.prerequisites ?? Prerequisites()),
      Self.value(compiled.synergies ?? Synergies()),
    ]
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
