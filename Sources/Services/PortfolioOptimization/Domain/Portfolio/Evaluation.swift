/// What a portfolio is worth, exactly. Computed from the selection alone, in the problem's order.
public struct Evaluation: Sendable, Equatable {
  /// One per candidate of the problem: the form that is selected, nil for what is out.
  public let forms: [Problem.Form?]
  public let tokens: Int64
  public let selectedCount: Int
  /// One per KPI of the problem, synergies counted in.
  public let totals: [Amount]
  /// One per stage of the objective (the levels of a lexicographic one, otherwise one), each turned so that more is better.
  public let worths: [Worth]

  /// Without smaller forms beside whole ones. The problem has to be without faults.
  public init(of selected: [Bool], in problem: Problem) {
    self.init(of: zip(problem.candidates, selected).map { $1 ? $0.form : nil }, in: problem)
  }

  /// The problem has to be without faults, and every form one that its candidate has.
  public init(of forms: [Problem.Form?], in problem: Problem) {
    precondition(forms.count == problem.candidates.count)
    var tokens: Int64 = 0
    let indexOfKPI = problem.indexOfKPI
    var totals = [Amount](repeating: .zero, count: problem.kpis.count)
    var selectedKeys: Set<String> = []
    for (candidate, form) in zip(problem.candidates, forms) {
      guard let form else { continue }
      tokens += candidate.tokens(in: form)
      selectedKeys.insert(candidate.key)
      for contribution in candidate.contributions(in: form) {
        guard let index = indexOfKPI[contribution.kpiKey] else { continue }
        totals[index] += Amount(contribution.value) ?? .zero
      }
    }
    for synergy in problem.synergies where !synergy.members.isEmpty && synergy.members.allSatisfy(selectedKeys.contains) {
      guard let index = indexOfKPI[synergy.kpiKey] else { continue }
      totals[index] += Amount(synergy.bonus) ?? .zero
    }
    self.forms = forms
    self.tokens = tokens
    selectedCount = selectedKeys.count
    self.totals = totals
    worths = problem.worths(of: totals)
  }

  public func selectedKeys(in problem: Problem) -> [String] {
    zip(problem.candidates, forms).filter { $1 != nil }.map(\.0.key)
  }

  /// The form of each selected initiative, by its key.
  public func selectedForms(in problem: Problem) -> [String: Problem.Form] {
    Dictionary(zip(problem.candidates.map(\.key), forms).compactMap { key, form in form.map { (key, $0) } }) { first, _ in first }
  }

  public func total(of kpiKey: String, in problem: Problem) -> Amount {
    problem.indexOfKPI[kpiKey].map { totals[$0] } ?? .zero
  }

  /// The objective's value as people read it: a KPI's total is not turned, the weighted sum is. The first level's for lexicographic.
  public func objective(in problem: Problem) -> Double {
    switch problem.objective.mode {
    case .weightedKPIs: worths[0].double
    case .northStar, .lexicographic: total(of: problem.objective.terms[0].kpiKey, in: problem).double
    }
  }
}

/// What one stage of the objective is worth; comparable exactly among portfolios of one problem.
public enum Worth: Sendable, Equatable {
  case total(Amount)
  /// `scale` is the sum of the terms' magnitudes: what rounding is measured against.
  case weighted(WideReal, scale: WideReal)

  public var double: Double {
    switch self {
    case .total(let amount): amount.double
    case .weighted(let value, _): value.double
    }
  }

  /// -1, 0 or 1, as this is less than, equal to or more than the other.
  public func compared(to other: Worth) -> Int {
    switch (self, other) {
    case (.total(let mine), .total(let theirs)):
      return mine < theirs ? -1 : mine > theirs ? 1 : 0
    case (.weighted(let mine, let scale), .weighted(let theirs, let otherScale)):
      let difference = mine - theirs
      // Thirty-two digits are carried; what differs only behind the twenty-fourth is equal on paper.
      guard difference.magnitude.double > 1e-24 * (scale + otherScale).double else { return 0 }
      return difference.double < 0 ? -1 : 1
    case (.total, .weighted), (.weighted, .total):
      preconditionFailure("worths of two different objectives")
    }
  }
}

extension Problem {
  var indexOfKPI: [String: Int] {
    Dictionary(kpis.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether less of the KPI is better.
  public func isLowerBetter(_ kpiKey: String) -> Bool { kpis.first { $0.key == kpiKey }?.lowerIsBetter ?? false }

  /// Whether a larger `objective(in:)` is better.
  public var maximizes: Bool {
    switch objective.mode {
    case .weightedKPIs: true
    case .northStar, .lexicographic: !isLowerBetter(objective.terms[0].kpiKey)
    }
  }

  fileprivate func worths(of totals: [Amount]) -> [Worth] {
    let indexOfKPI = indexOfKPI
    let turned = objective.terms.map { term -> Amount in
      guard let index = indexOfKPI[term.kpiKey] else { return .zero }
      return kpis[index].lowerIsBetter ? -totals[index] : totals[index]
    }
    guard objective.mode == .weightedKPIs else { return turned.map(Worth.total) }
    var sum = WideReal.zero
    var scale = WideReal.zero
    for (term, total) in zip(objective.terms, turned) {
      let part = WideReal(onPaper: term.weight) * WideReal(total) / WideReal(onPaper: term.normalizer)
      sum = sum + part
      scale = scale + part.magnitude
    }
    return [.weighted(sum, scale: scale)]
  }
}
