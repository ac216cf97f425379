import Wire

/// Where a stored value first says something else than the compiled message.
enum JSONDifference {
  /// A sentence's rest, such as `capacity_floors[0].min_tokens is 250, and the compiled message says 300`; nil when both say the same.
  /// The order of an object's members does not count.
  static func first(stored: JSONValue, compiled: JSONValue, at path: String = "") -> String? {
    let place = path.isEmpty ? "it" : path
    switch (stored, compiled) {
    case (.object(let stored), .object(let compiled)):
      if let unknown = stored.members.first(where: { compiled[$0.name] == nil }) {
        return "\(joined(path, unknown.name)) is no field of the compiled message, which has \(names(compiled))"
      }
      for member in compiled.members {
        guard let value = stored[member.name] else { return "\(joined(path, member.name)) is missing" }
        if let difference = first(stored: value, compiled: member.value, at: joined(path, member.name)) { return difference }
      }
      return nil
    case (.array(let stored), .array(let compiled)):
      for (number, pair) in zip(stored, compiled).enumerated() {
        if let difference = first(stored: pair.0, compiled: pair.1, at: "\(path)[\(number)]") { return difference }
      }
      guard stored.count != compiled.count else { return nil }
      return "\(place) has \(stored.count) elements, and the compiled message has \(compiled.count)"
    case (.number(let stored), .number(let compiled)) where stored.double == compiled.double: return nil
    case _ where stored == compiled: return nil
    default: return "\(place) is \(told(stored)), and the compiled message says \(told(compiled))"
    }
  }

  private static func joined(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
  private static func names(_ object: JSONObject) -> String { object.members.map(\.name).joined(separator: ", ") }

  /// Short enough to be read.
  private static func told(_ value: JSONValue) -> String {
    let text = value.text()
    return text.count > 100 ? text.prefix(100) + "…" : text
  }
}
