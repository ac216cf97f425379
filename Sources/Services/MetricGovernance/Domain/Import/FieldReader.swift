/// Reads the fields of a file by what each of them is meant to be, and keeps every problem on the way.
struct FieldReader {
  /// Problems that are told; what comes after them is of the same kind.
  static let mostProblems = 500
  /// Characters of a wrong value that a message repeats.
  static let longestQuote = 60

  private(set) var problems: [FileProblem] = []

  mutating func note(_ path: String, _ position: FilePosition, _ code: String, _ message: String) {
    if problems.count < Self.mostProblems {
      problems.append(FileProblem(path: path, position: position, code: code, message: message))
    }
  }

  /// The entries of a mapping by their keys; nil and a problem when the value is something else.
  ///
  /// - Parameters:
  ///   - known: the keys that there are; nil where people choose them.
  ///   - needed: those that have to be there.
  ///   - place: where what lacks them is named; nil for where it begins.
  mutating func fields(
    _ node: FileNode, _ path: String, known: [String]?, needed: [String] = [], at place: FilePosition? = nil
  ) -> [String: FileEntry]? {
    guard case .mapping(let entries) = node.content else {
      let what = node.isNothing ? "is empty" : "is \(node.kind)"
      note(
        path, node.position, "not_a_mapping",
        "\(Self.name(path)) \(what); it has to hold \(known.map(Self.list) ?? "keys with their values")")
      return nil
    }
    var fields: [String: FileEntry] = [:]
    for entry in entries {
      if let known, !known.contains(entry.key) {
        let mend =
          Spelling.nearest(to: entry.key, among: known).map { "did you mean \"\($0)\"?" } ?? "there are \(Self.list(known))"
        note(
          Self.join(path, entry.key), entry.keyPosition, "unknown_key",
          "\"\(Self.quote(entry.key))\" is no field of \(Self.name(path)); \(mend)")
      } else if let first = fields[entry.key] {
        note(
          Self.join(path, entry.key), entry.keyPosition, "duplicate_key",
          "\"\(Self.quote(entry.key))\" is here again, after line \(first.keyPosition.line); keep one of them")
      } else {
        fields[entry.key] = entry
      }
    }
    for key in needed where fields[key].map(\.value.isNothing) ?? true {
      let position = fields[key]?.keyPosition ?? place ?? node.position
      note(Self.join(path, key), position, "missing_field", "\(Self.name(path)) has no \(key), which is required")
      fields[key] = nil
    }
    return fields
  }

  /// Nil where the field is left out.
  mutating func text(_ entry: FileEntry?, _ path: String, longest: Int, isNeeded: Bool = false) -> String? {
    guard let entry, !entry.value.isNothing else { return nil }
    let path = Self.join(path, entry.key)
    return text(entry.value, path, longest: longest, isNeeded: isNeeded)
  }

  mutating func text(_ node: FileNode, _ path: String, longest: Int, isNeeded: Bool = false) -> String? {
    guard case .text(let text, _) = node.content else {
      note(path, node.position, "not_a_text", "\(path) is \(node.kind); it has to be a text")
      return nil
    }
    if isNeeded, text.allSatisfy(\.isWhitespace) {
      note(path, node.position, "empty_text", "\(path) is empty; it has to say something")
      return nil
    }
    guard text.utf8.count <= longest else {
      note(path, node.position, "text_too_long", "\(path) has \(text.utf8.count) bytes; at most \(longest) are allowed")
      return nil
    }
    guard text.unicodeScalars.allSatisfy(TextRules.isPrintable) else {
      note(path, node.position, "unprintable_text", "\(path) has a control character other than a tab or a line's end")
      return nil
    }
    return text
  }

  mutating func list(_ entry: FileEntry?, _ path: String, most: Int) -> [FileNode] {
    guard let entry, !entry.value.isNothing else { return [] }
    let path = Self.join(path, entry.key)
    guard case .list(let items) = entry.value.content else {
      note(path, entry.value.position, "not_a_list", "\(path) is \(entry.value.kind); it has to be a list")
      return []
    }
    guard items.count <= most else {
      note(path, entry.value.position, "list_too_long", "\(path) has \(items.count) entries; at most \(most) are allowed")
      return []
    }
    return items
  }

  mutating func boolean(_ entry: FileEntry?, _ path: String) -> Bool? {
    guard let text = text(entry, path, longest: 20), let entry else { return nil }
    switch text.lowercased() {
    case "true", "yes": return true
    case "false", "no": return false
    default:
      note(
        Self.join(path, entry.key), entry.value.position, "not_a_boolean",
        "\(Self.join(path, entry.key)) is \"\(Self.quote(text))\"; write true or false")
      return nil
    }
  }

  mutating func word<Word: CaseIterable & RawRepresentable>(
    _ entry: FileEntry?, _ path: String, as type: Word.Type = Word.self, code: String = "unknown_word"
  ) -> Word? where Word.RawValue == String {
    guard let entry, case .text(let text, _) = entry.value.content else {
      return text(entry, path, longest: 0).flatMap { _ in nil }
    }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    let mend = Spelling.nearest(to: text, among: words).map { "did you mean \"\($0)\"?" } ?? "there are \(Self.list(words))"
    let path = Self.join(path, entry.key)
    note(path, entry.value.position, code, "\(path) is \"\(Self.quote(text))\", which it cannot be; \(mend)")
    return nil
  }

  mutating func moment(_ entry: FileEntry?, _ path: String) -> Instant? {
    guard let text = text(entry, path, longest: 60), let entry else { return nil }
    if let moment = Instant(utc: text) { return moment }
    let path = Self.join(path, entry.key)
    note(
      path, entry.value.position, "not_a_moment",
      "\(path) is \"\(Self.quote(text))\"; write a moment in UTC as 2026-02-04T00:00:00Z")
    return nil
  }

  /// An empty text names no version.
  mutating func version(_ entry: FileEntry?, _ path: String) -> VersionNumber? {
    guard let text = text(entry, path, longest: 60), !text.isEmpty, let entry else { return nil }
    if let number = VersionNumber(text) { return number }
    let path = Self.join(path, entry.key)
    note(path, entry.value.position, "malformed_version", "\(path) is \"\(Self.quote(text))\"; versions are named v1, v2, …")
    return nil
  }

  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? quote(key) : "\(path).\(quote(key))" }
  static func quote(_ text: String) -> String { text.count > longestQuote ? text.prefix(longestQuote) + "…" : text }
  static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
  private static func name(_ path: String) -> String { path.isEmpty ? "the file" : path }
}
