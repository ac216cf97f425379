/// What keys may look like, and how lists of them are written in a cell.
enum KeyGrammar {
  /// Characters that a key may have.
  static let longestKey = 120
  /// Characters that a name (of a scenario, a set, a member, a reason) may have.
  static let longestName = 200
  /// Characters of notes.
  static let longestNotes = 4000
  /// Characters of a formula, or of what it takes for granted: as many as a cell can hold.
  static let longestFormula = 32_767
  /// Characters of a metric chain.
  static let longestChain = 4000
  /// Keys that one list may hold.
  static let longestList = 500
  /// What separates keys in `A<>B`, `A<-B, C`, `A+B` and `KEY: A, B`, and so cannot stand in one.
  static let separators: Set<Character> = [",", "<", ">", "+", ":", ";"]

  /// Why the text is no key; nil when it is one.
  static func fault(ofKey key: String, column: String) -> (code: String, message: String)? {
    if let fault = fault(ofText: key, column: column, longest: longestKey) { return fault }
    guard let separator = key.first(where: separators.contains) else { return nil }
    return (
      "bad_key",
      "\(column) \"\(key)\" holds \"\(separator)\", which separates keys; use letters, digits, spaces, \"-\", \"_\" and \".\""
    )
  }

  /// Why the text cannot be kept; nil when it can.
  static func fault(ofText text: String, column: String, longest: Int) -> (code: String, message: String)? {
    guard text.utf8.count <= longest || text.count <= longest else {
      return ("too_long", "\(column) has \(text.count) characters; at most \(longest) are kept")
    }
    guard !text.unicodeScalars.contains(where: { $0.value == 0 }) else {
      return ("bad_text", "\(column) holds a NUL character; type it again")
    }
    return nil
  }

  /// The keys of `A, B`: trimmed, blanks dropped, each once, in order.
  static func list(_ text: String) -> [String] {
    distinct(text.split(separator: ",").map { trimmed(String($0)) })
  }

  /// The keys trimmed, blanks dropped, each once without regard to case, in order.
  static func distinct(_ keys: [String]) -> [String] {
    var seen: Set<NormalKey> = []
    return keys.map(trimmed).filter { !$0.isEmpty && seen.insert(NormalKey($0)).inserted }
  }
}
