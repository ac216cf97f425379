/// Cuts a chain's text into branches, and branches into what stands between arrows.
struct ChainScanner {
  /// What stands before, between or behind arrows; trimmed, and empty when nothing does.
  struct Step {
    var name: String
    /// Where the name begins; where nothing stands, the arrow or the end that shows it.
    var place: ChainPlace
  }

  private var branches: [[Step]] = []
  private var branch: [Step] = []
  private var word: [Character] = []
  private var wordPlace: ChainPlace?
  private var place = ChainPlace(line: 1, column: 1)

  static func branches(of text: String) -> [[Step]] {
    var scanner = ChainScanner()
    scanner.scan(Array(text))
    return scanner.branches
  }

  private mutating func scan(_ text: [Character]) {
    for (index, character) in text.enumerated() {
      if character == ">" {
        // The dashes right before it are the arrow's.
        while let last = word.last, Self.dashes.contains(last) { word.removeLast() }
        endStep()
      } else if Self.isArrow(character) {
        endStep()
      } else if character.isNewline || character == ";" || character == "," || Self.isLoneSlash(text, index) {
        endBranch()
      } else {
        if wordPlace == nil, !character.isWhitespace { wordPlace = place }
        word.append(character)
      }
      place.column += 1
      if character.isNewline { place = ChainPlace(line: place.line + 1, column: 1) }
    }
    endBranch()
  }

  private mutating func endStep() {
    let name = trimmed(String(word))
    branch.append(Step(name: name, place: name.isEmpty ? place : wordPlace ?? place))
    word = []
    wordPlace = nil
  }

  private mutating func endBranch() {
    endStep()
    branches.append(branch)
    branch = []
  }

  private static let dashes: Set<Character> = ["-", "‐", "‑", "–", "—", "−", "="]
  private static let arrows: Set<Unicode.Scalar> = ["→", "⟶", "⇒", "⟹", "➔", "➜", "➝", "➞", "➡"]

  /// Also with what makes an emoji of it behind it.
  private static func isArrow(_ character: Character) -> Bool {
    character.unicodeScalars.first.map(arrows.contains) ?? false
  }

  /// A slash inside a name is part of it.
  private static func isLoneSlash(_ text: [Character], _ index: Int) -> Bool {
    guard text[index] == "/" else { return false }
    return (index == 0 || text[index - 1].isWhitespace) && (index + 1 == text.count || text[index + 1].isWhitespace)
  }
}
