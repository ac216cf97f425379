/// Whether an initiative can be selected in a scenario's run, and if not, why.
enum Presence: Equatable {
  case inPlay
  case noCandidate
  case otherPeriod
  case notSelected
  /// A number is missing that its scope_mode asks for.
  case withoutSize

  /// What eligibility alone says. (R36)
  init(_ initiative: PlannedInitiative, in period: PeriodKey) {
    if !initiative.backlog.isOptimizationCandidate {
      self = .noCandidate
    } else if !initiative.isEligible(in: period) {
      self = .otherPeriod
    } else {
      self = .inPlay
    }
  }

  /// `INIT-000012 …`: the rest of the sentence.
  func reason(_ initiative: PlannedInitiative, period: PeriodKey) -> String {
    switch self {
    case .inPlay: "is a candidate"
    case .noCandidate: "is no candidate (its is_optimization_candidate is FALSE)"
    case .otherPeriod: "is no candidate of \(period) (its candidate_period_key is \(initiative.backlog.candidatePeriodKey))"
    case .notSelected: "is not selected for the run"
    case .withoutSize: "has no \(initiative.candidate.missingSize ?? "engineering_tokens")"
    }
  }
}

/// An initiative that cannot be selected because it is tied to one that is not in play.
struct Stranded {
  var initiative: Int
  var reason: String
  var source: SourceCell
  var message: String

  /// Who needs, or is bundled with, an initiative that is not in play.
  /// - Parameter absence: why an initiative is not in play, as the rest of a sentence about it.
  static func all(_ book: RuleBook, index: InitiativeIndex, isInPlay: [Bool], absence: (Int) -> String) -> [Stranded] {
    var found: [Stranded] = []
    for (position, needs) in book.graph.needs.enumerated() where isInPlay[position] {
      for need in needs where !isInPlay[need.initiative] {
        let (one, other) = (index.key(position), index.key(need.initiative))
        let why = absence(need.initiative)
        found.append(
          Stranded(
            initiative: position, reason: "needs \(other), which \(why)", source: need.source,
            message: "\(one) needs \(other) (\(need.source)), which \(why); \(one) cannot be selected"))
      }
    }
    for bundle in book.bundles {
      guard let missing = bundle.members.first(where: { !isInPlay[$0] }) else { continue }
      let staying = bundle.members.filter { isInPlay[$0] }
      let why = "\(index.key(missing)) \(absence(missing))"
      for position in staying {
        found.append(
          Stranded(
            initiative: position, reason: "bundle \(bundle.key) goes whole or not at all, and \(why)", source: bundle.source,
            message:
              "bundle \(bundle.key) (\(bundle.source)) goes whole or not at all, and \(why); \(listed(staying.map { index.key($0) })) cannot be selected"
          ))
      }
    }
    return found
  }
}
