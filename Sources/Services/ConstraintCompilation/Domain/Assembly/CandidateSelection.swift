/// Something to tell about a problem, and the cell that it is about.
public struct AssemblyNote: Equatable, Sendable {
  public var cell: SourceCell
  public var message: String

  public init(_ cell: SourceCell, _ message: String) {
    self.cell = cell
    self.message = message
  }
}

/// Which initiatives a run is about: those selected, or every eligible one.
struct CandidateSelection {
  private(set) var presence: [Presence]
  private(set) var errors: [AssemblyNote] = []
  private(set) var warnings: [AssemblyNote] = []

  /// - Parameter selected: the keys ticked for the run; nil for all that are eligible.
  init(_ index: InitiativeIndex, period: PeriodKey, selected: [String]?) {
    presence = index.initiatives.map { Presence($0, in: period) }
    guard let selected else {
      leaveOutWithoutSize(index)
      return
    }
    var isSelected = Array(repeating: false, count: index.count)
    for key in selected {
      if let position = index.position(of: key) {
        isSelected[position] = true
      } else {
        errors.append(
          AssemblyNote(
            SourceCell(.candidates, row: 0, column: "initiative_key"),
            "\"\(trimmed(key))\" is selected but not an initiative of Central Backlog"))
      }
    }
    for (position, initiative) in index.initiatives.enumerated() {
      if !isSelected[position] {
        if presence[position] == .inPlay { presence[position] = .notSelected }
      } else if presence[position] != .inPlay {
        let why = presence[position].reason(initiative, period: period)
        warnings.append(
          AssemblyNote(initiative.candidateCell("is_selected_for_run"), "\(initiative.key) is selected but \(why); it is left out"))
      } else if let column = initiative.candidate.missingSize {
        presence[position] = .withoutSize
        let cell = initiative.candidateCell(column)
        errors.append(
          AssemblyNote(
            cell,
            "\(initiative.key) is selected without \(column) (\(cell)); type \(Self.pronoun(column)) and save Candidates"))
      }
    }
    if selected.isEmpty {
      errors.append(
        AssemblyNote(
          SourceCell(.candidates, row: 0, column: "is_selected_for_run"),
          "no candidate is selected; set is_selected_for_run to TRUE on some"))
    }
  }

  var isInPlay: [Bool] { presence.map { $0 == .inPlay } }

  private mutating func leaveOutWithoutSize(_ index: InitiativeIndex) {
    for (position, initiative) in index.initiatives.enumerated() where presence[position] == .inPlay {
      guard let column = initiative.candidate.missingSize else { continue }
      presence[position] = .withoutSize
      let cell = initiative.candidateCell(column)
      guard !initiative.candidate.isMandatory else {
        errors.append(
          AssemblyNote(
            cell,
            "\(initiative.key) is mandatory (\(initiative.candidateCell("is_mandatory"))) and has no \(column); type \(Self.pronoun(column))"
          ))
        continue
      }
      warnings.append(AssemblyNote(cell, "\(initiative.key) has no \(column) and is left out"))
    }
  }

  private static func pronoun(_ column: String) -> String { column.contains("tokens") ? "them" : "it" }
}
