/// A word of a closed list, as people type it: `Capacity Floor`, `capacity-floor` and `capacity_floor` are one.
protocol TypedWord: CaseIterable, RawRepresentable, Hashable, Sendable where RawValue == String {
  /// Other words for the same, in the spelling of raw values.
  static var aliases: [String: Self] { get }
}

extension TypedWord {
  static var aliases: [String: Self] { [:] }

  init?(typed: String) {
    let word = String(NormalKey(typed).text.map { $0 == " " || $0 == "-" ? "_" : $0 })
    guard let found = Self(rawValue: word) ?? Self.aliases[word] else { return nil }
    self = found
  }

  /// `it must be a, b or c`, and the one that was probably meant.
  static func hint(for typed: String) -> String {
    let words = allCases.map(\.rawValue)
    var book = KeyBook(words + aliases.keys.sorted())
    let list = words.dropLast().joined(separator: ", ") + (words.count > 1 ? " or " : "") + (words.last ?? "")
    return "it must be \(list)" + book.suggestion(for: String(NormalKey(typed).text.map { $0 == " " || $0 == "-" ? "_" : $0 }))
  }
}

extension RowNotes {
  /// The word of the closed list; nil and an error when the cell holds none.
  mutating func word<Word: TypedWord>(_ typed: String, column: String, as _: Word.Type = Word.self) -> Word? {
    if isBlank(typed) {
      error(column, "missing_value", "\(column) is blank; \(Word.hint(for: ""))")
      return nil
    }
    if let word = Word(typed: typed) { return word }
    error(column, "unknown_word", "\(column) \"\(shown(typed))\" is unknown; \(Word.hint(for: typed))")
    return nil
  }
}
