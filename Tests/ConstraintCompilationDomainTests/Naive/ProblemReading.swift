import ConstraintCompilationDomain

/// What an assembled problem thinks of a selection of initiatives, rule by rule as the contract of the problem words them.
struct ProblemReading {
  private typealias Rule = (Selection) -> Bool

  private let problem: AssembledProblem
  /// Places of initiatives, by the one spelling that a problem has for each.
  private let places: [String: Int]
  private var rules: [Rule] = []

  init(_ problem: AssembledProblem, places: [String: Int]) {
    self.problem = problem
    self.places = places
    let known = Set(problem.candidates.map { places[$0.key]! })
    rules.append { selection in places.values.allSatisfy { known.contains($0) || !selection.contains($0) } }
    for candidate in problem.candidates {
      let place = places[candidate.key]!
      if candidate.form == .mvp { rules.append { !$0.containsWhole(place) } }
      if candidate.form == .full, candidate.mvp == nil { rules.append { !$0.containsSmaller(place) } }
    }
    let sizes = amounts({ Double($0.tokens) }, { Double($0.tokens) })
    let capacity = Double(problem.capacity)
    rules.append { sizes.total($0) <= capacity }
    for bound in problem.tokenBounds {
      let sizes = sizes.only(members(bound.dimension, bound.key))
      let amount = Double(bound.amount)
      rules.append { bound.side == .atLeast ? sizes.total($0) >= amount : sizes.total($0) <= amount }
    }
    for bound in problem.countBounds {
      let members = members(bound.dimension, bound.key)
      rules.append { bound.side == .atLeast ? $0.count(members) >= bound.amount : $0.count(members) <= bound.amount }
    }
    addMarksAndTies()
    for target in problem.targets where target.side != .goal {
      func gain(_ contributions: [KpiContribution]) -> Double { contributions.first { $0.kpiKey == target.kpiKey }?.value ?? 0 }
      let gains = amounts({ gain($0.contributions) }, { gain($0.contributions) }).only(members(target.dimension, target.key))
      rules.append {
        let achieved = target.baseline + gains.total($0)
        return target.side == .floor ? achieved >= target.value - 1e-9 : achieved <= target.value + 1e-9
      }
    }
  }

  func accepts(_ selection: Selection) -> Bool { rules.allSatisfy { $0(selection) } }

  private mutating func addMarksAndTies() {
    let places = places
    for mark in problem.mandatory { rules.append { $0.contains(places[mark.initiativeKey]!) } }
    for mark in problem.excluded { rules.append { !$0.contains(places[mark.initiativeKey]!) } }
    for pair in problem.pairs { rules.append { !($0.contains(places[pair.one]!) && $0.contains(places[pair.other]!)) } }
    for bundle in problem.bundles {
      let members = bundle.initiativeKeys.map { places[$0]! }
      rules.append { [0, members.count].contains($0.count(members)) }
    }
    for rule in problem.prerequisites {
      let needed = rule.requires.map { places[$0]! }
      rules.append { !$0.contains(places[rule.initiativeKey]!) || $0.count(needed) == needed.count }
    }
  }

  /// A candidate's own numbers are of its form; another form has its own.
  private func amounts(
    _ own: (AssembledProblem.Candidate) -> Double, _ other: (AssembledProblem.SmallerForm) -> Double
  ) -> Amounts {
    var whole = Array(repeating: 0.0, count: places.count)
    var smaller = whole
    for candidate in problem.candidates {
      let place = places[candidate.key]!
      if candidate.form == .full { whole[place] = own(candidate) } else { smaller[place] = own(candidate) }
      if let form = candidate.mvp { smaller[place] = other(form) }
    }
    return Amounts(whole, smaller: smaller)
  }

  /// A member has one spelling throughout a problem, so that spellings are compared as they are.
  private func members(_ dimension: PlanningDimension, _ key: String) -> [Int] {
    problem.candidates.filter { candidate in
      switch dimension {
      case .all: true
      case .country: candidate.country == key
      case .department: candidate.department == key
      case .category: candidate.category == key
      case .program: candidate.programKey == key
      }
    }.map { places[$0.key]! }
  }
}
