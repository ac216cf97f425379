/// Rules, or rules and facts, that do not go together.
struct Contradiction {
  enum Weight {
    /// No portfolio can satisfy them.
    case impossible
    /// They can be satisfied, but something that was typed can never come to pass.
    case deadEnd
    /// As much as is known speaks against them; something needed to be sure is missing.
    case doubtful
  }

  var weight: Weight
  var code: String
  /// Every cell that has a part in it.
  var cells: [SourceCell]
  /// A sentence that names the cells.
  var message: String
}

/// What rules are held against.
struct CheckContext {
  let index: InitiativeIndex
  let book: RuleBook
  /// Which initiatives can be selected at all, by their numbers.
  let isInPlay: [Bool]
  let capacity: Int
  /// Where the capacity stands, as messages name it.
  let capacityPlace: String
  /// Who can be selected, as messages name them: `candidates of 2026-Q1`.
  let candidates: String

  /// Can be selected and no rule takes it out.
  func isOpen(_ position: Int) -> Bool { isInPlay[position] && !book.isExcluded[position] }

  /// Every contradiction that is found with work in proportion to rules and initiatives. A solver finds the rest.
  func contradictions() -> [Contradiction] {
    BoundChecks(self).found + ForcedWork(self).found + DeadEnds(self).found + ReachChecks(self).found + circles()
  }

  private func circles() -> [Contradiction] {
    book.graph.knots().map { knot in
      let members = Set(knot.members)
      let inside = knot.members.flatMap { book.graph.needs[$0].filter { members.contains($0.initiative) }.map(\.source) }
      let spelling = book.graph.spelling(of: knot.circle) { index.key($0) }
      return Contradiction(
        weight: .impossible, code: "prerequisite_cycle", cells: inside,
        message: "prerequisites lead in a circle: \(spelling); take one out")
    }
  }
}
