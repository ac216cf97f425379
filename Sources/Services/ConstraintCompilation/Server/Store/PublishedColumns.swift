import Messages
import Postgres
import Wire

/// The jsonb columns of a revision: the JSON of the typed messages under the contract's own names, with every list, even an empty
/// one, and numbers as numbers, so that people and their queries find what the specification shows.
struct PublishedColumns {
  let floors: JSONText
  let caps: JSONText
  let targets: JSONText
  let mandatory: JSONText
  let bundles: JSONText
  let exclusions: JSONText
  let prerequisites: JSONText
  let synergies: JSONText

  init(_ compiled: CompiledConstraintSet) {
    floors = Self.text(compiled.floors ?? Floors())
    caps = Self.text(compiled.caps ?? Caps())
    targets = Self.text(compiled.targets ?? Targets())
    mandatory = Self.text(compiled.mandatory ?? Mandatory())
    bundles = Self.text(compiled.bundles ?? Bundles())
    exclusions = Self.text(compiled.exclusions ?? Exclusions())
    prerequisites = Self.text(compiled.prerequisites ?? Prerequisites())
    synergies = Self.text(compiled.synergies ?? Synergies())
  }

  /// Numbers that the JSON mapping would write as text.
  private static let wholeNumbers: Set<String> = ["minTokens", "maxTokens", "minCount", "maxCount"]

  private static func text(_ message: some WireMessage) -> JSONText {
    JSONText(published(message.jsonValue(includingDefaults: true)).text())
  }

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
