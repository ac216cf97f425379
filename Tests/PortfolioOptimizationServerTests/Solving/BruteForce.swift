import PortfolioOptimizationDomain

/// The best portfolio of a random problem by trying every one, in whole numbers; shares nothing with the code under test.
///
/// A portfolio is a number whose digits are the items' forms, in the order of the problem: a digit of 0 is out, 1 what the item's own
/// numbers are of, 2 its smaller form when it has one.
struct BruteForce {
  private let problem: RandomProblem
  private let bitOfKey: [String: Int]
  /// For every portfolio the bits of the items that are in, in either form.
  private var masks: [Int] = []
  /// For every portfolio the bits of the items that are in as their smaller form instead of the whole.
  private var smaller: [Int] = []
  private var portfolios: Range<Int> { masks.indices }

  init(_ problem: RandomProblem) {
    self.problem = problem
    bitOfKey = Dictionary(uniqueKeysWithValues: problem.items.enumerated().map { ($1.key, 1 << $0) })
    let bits = bitOfKey
    masks = sums { item, _ in bits[item.key]! }
    smaller = sums { item, form in form == item.form ? 0 : bits[item.key]! }
  }

  /// The forms of what is in the best portfolio, by key; nil when no portfolio keeps the rules.
  func best() -> [String: Problem.Form]? {
    var best = feasible()
    guard !best.isEmpty else { return nil }
    for (values, tolerance) in stages {
      let top = best.map { values[$0] }.max()!
      // What may be given up for the stages after; of whole units nothing finer can be.
      let held = top * 100 - (top < 0 ? -top : top) * Int128(tolerance)
      best = best.filter { values[$0] * 100 >= held }
    }
    let used = sums(tokens)
    let fewest = best.map { used[$0] }.min()!
    best = best.filter { used[$0] == fewest }
    let keys = best.map { portfolio in problem.items.map(\.key).filter { holds(portfolio, $0) }.sorted() }
    let first = keys.min { $0.lexicographicallyPrecedes($1) }!
    best = zip(best, keys).filter { $1 == first }.map(\.0)
    // The first initiative in which two portfolios differ is whole in the better one.
    func digits(_ portfolio: Int) -> [Int] { first.map { smaller[portfolio] & bitOfKey[$0]! == 0 ? 0 : 1 } }
    let chosen = best.min { digits($0).lexicographicallyPrecedes(digits($1)) }!
    return Dictionary(
      uniqueKeysWithValues: problem.items.filter { holds(chosen, $0.key) }
        .map { ($0.key, smaller[chosen] & bitOfKey[$0.key]! == 0 ? $0.form : .smaller) })
  }

  /// For every portfolio the sum of a number over what is in.
  private func sums(_ number: (RandomProblem.Item, Problem.Form) -> Int) -> [Int] {
    problem.items.reduce([0]) { sums, item in
      item.forms.flatMap { form in
        let added = form.map { number(item, $0) } ?? 0
        return sums.map { $0 + added }
      }
    }
  }

  private func tokens(_ item: RandomProblem.Item, _ form: Problem.Form) -> Int {
    form == item.form ? item.tokens : item.smaller!.tokens
  }

  private func value(_ kpi: Int, _ item: RandomProblem.Item, _ form: Problem.Form) -> Int {
    form == item.form ? item.values[kpi] : item.smaller!.values[kpi]
  }

  private func feasible() -> [Int] {
    func isIn(_ item: RandomProblem.Item, _ country: Int?) -> Bool { country == nil || item.country == country }
    let all = sums(tokens)
    var left = portfolios.filter { all[$0] <= problem.capacity }
    for bound in problem.tokenBounds {
      let used = sums { isIn($0, bound.country) ? tokens($0, $1) : 0 }
      left = left.filter { bound.atLeast ? used[$0] >= bound.limit : used[$0] <= bound.limit }
    }
    for bound in problem.countBounds {
      let count = sums { item, _ in isIn(item, bound.country) ? 1 : 0 }
      left = left.filter { bound.atLeast ? count[$0] >= bound.limit : count[$0] <= bound.limit }
    }
    for target in problem.targets where target.kind != .goal {
      let achieved = sums { isIn($0, target.country) ? value(target.kpi, $0, $1) : 0 }
      left = left.filter {
        let value = achieved[$0] + target.baseline
        return target.kind == .floor ? value >= target.value : value <= target.value
      }
    }
    for key in problem.mandatory { left = left.filter { holds($0, key) } }
    for key in problem.excluded { left = left.filter { !holds($0, key) } }
    for pair in problem.pairs { left = left.filter { !(holds($0, pair.0) && holds($0, pair.1)) } }
    for bundle in problem.bundles { left = left.filter { mask in Set(bundle.map { holds(mask, $0) }).count == 1 } }
    for rule in problem.prerequisites {
      left = left.filter { mask in !holds(mask, rule.key) || rule.requires.allSatisfy { holds(mask, $0) } }
    }
    return left
  }

  private func holds(_ portfolio: Int, _ key: String) -> Bool { masks[portfolio] & (bitOfKey[key] ?? 0) != 0 }

  /// For every portfolio the total of a KPI, turned so that more is better.
  private func totals(_ kpi: Int) -> [Int128] {
    var totals = sums { value(kpi, $0, $1) }
    for synergy in problem.synergies where synergy.kpi == kpi && synergy.members.allSatisfy({ bitOfKey[$0] != nil }) {
      let mask = synergy.members.reduce(0) { $0 | bitOfKey[$1]! }
      for portfolio in portfolios where masks[portfolio] & mask == mask { totals[portfolio] += synergy.bonus }
    }
    return totals.map { Int128(problem.lowerIsBetter[kpi] ? -$0 : $0) }
  }

  private var stages: [(values: [Int128], tolerance: Int)] {
    guard problem.mode == .weightedKPIs else {
      return problem.terms.enumerated().map { level, term in
        (totals(term.kpi), level + 1 < problem.terms.count ? term.tolerance : 0)
      }
    }
    // Sum of w T / N, brought over one denominator: the product of all N.
    let product = problem.terms.reduce(Int128(1)) { $0 * Int128($1.normalizer) }
    var values = [Int128](repeating: 0, count: portfolios.count)
    for term in problem.terms {
      let factor = Int128(term.weight) * (product / Int128(term.normalizer))
      for (portfolio, total) in totals(term.kpi).enumerated() { values[portfolio] += factor * total }
    }
    return [(values, 0)]
  }
}
